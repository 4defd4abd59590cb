"""What a training will need and take, from ten real steps; nothing is written.

python -m tfmling.train --config configs/train_masked_lm.yaml --dry-run
"""

import itertools
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import keras
import tensorflow as tf

from tfmling.inputs.dataset import training_dataset
from tfmling.objectives.objective import Metrics, Objective
from tfmling.training.assembly import assemble
from tfmling.training.broken_batch import task_seed
from tfmling.training.progress import format_seconds
from tfmling.training.settings import Train
from tfmling.training.trainer import Trainer

MEASURED = 10  # steps, and batches of each task's inputs


@dataclass(frozen=True)
class InputFigures:
    """Means over the measured batches of one task.

    Attributes:
        examples: records of a global batch.
        tokens: of a batch, without padding.
        positions: of a batch, with padding.
        examples_per_second: what the input pipeline gives where nothing else runs.
    """

    examples: int
    tokens: float
    positions: float
    examples_per_second: float

    @property
    def padding_share(self) -> float:
        """Positions that hold no token."""
        return 1.0 - self.tokens / self.positions


@dataclass(frozen=True)
class DryRun:
    """What was counted and measured. Sizes in bytes.

    Attributes:
        parameters: numbers in all weights, a teacher's too.
        trained: those that the gradient changes.
        weight_bytes, slot_bytes, gradient_bytes: on each replica.
        process_bytes: the most that this process held.
        inputs: by task.
        seconds_per_step: mean of the measured steps.
        steps: of the whole training.
    """

    parameters: int
    trained: int
    weight_bytes: int
    slot_bytes: int
    gradient_bytes: int
    process_bytes: int
    inputs: dict[str, InputFigures]
    seconds_per_step: float
    steps: int

    def lines(self) -> Iterator[str]:
        """For a person."""
        yield f"parameters: {self.parameters:,}, of which {self.trained:,} are trained"
        yield (
            f"memory of a replica: weights {_mega(self.weight_bytes)}, optimizer "
            f"{_mega(self.slot_bytes)}, gradients {_mega(self.gradient_bytes)}, and activations; "
            f"this process held {_mega(self.process_bytes)} at most"
        )
        for name, own in self.inputs.items():
            yield (
                f"{name}: {own.examples:,} examples and {own.tokens:,.0f} tokens a step, "
                f"{own.padding_share:.1%} padding; the input gives "
                f"{own.examples_per_second:,.0f} examples/s"
            )
        tokens = sum(own.tokens for own in self.inputs.values()) / self.seconds_per_step
        yield f"step: {self.seconds_per_step:.3f} s (mean of {MEASURED}), {tokens:,.0f} tokens/s"
        whole = format_seconds(self.steps * self.seconds_per_step)
        yield f"expected: {self.steps:,} steps in {whole}, and the time of checkpoints"


def dry_run(settings: Train) -> DryRun:
    """Builds the training, measures its inputs and ten of its steps, prints; writes nothing."""
    assembly = assemble(settings)
    objectives = assembly.objectives
    print("measuring the inputs, then the step", file=sys.stderr)
    inputs = _measure_inputs(settings, objectives)
    trainer = assembly.start()
    seconds = _seconds_per_step(trainer)
    weights = {id(w): w for objective in objectives.values() for w in objective.weights}
    result = DryRun(
        parameters=_numbers(weights.values()),
        trained=_numbers(assembly.variables),
        weight_bytes=_bytes(weights.values()),
        slot_bytes=_bytes(assembly.optimizer.variables),
        gradient_bytes=_bytes(assembly.variables),
        process_bytes=_peak_of_process(),
        inputs=inputs,
        seconds_per_step=seconds,
        steps=settings.steps,
    )
    print("\n".join(result.lines()))
    return result


def _measure_inputs(settings: Train, objectives: dict[str, Objective]) -> dict[str, InputFigures]:
    return {
        task.name: measure_batches(
            training_dataset(
                task.inputs,
                task_seed(settings, number),
                lengths=objectives[task.name].lengths,
                prepare=objectives[task.name].prepare,
                pack=objectives[task.name].pack,
            ),
            task.inputs.global_batch_size,
        )
        for number, task in enumerate(settings.tasks)
    }


def measure_batches(batches: tf.data.Dataset, examples: int) -> InputFigures:
    """Counts the tokens of the first batches; their rate leaves out the first, which fills buffers.

    Args:
        batches: of features, those that end in `input_mask` being 1 at tokens and 0 at padding.
        examples: records of a batch.
    """
    iterator = iter(batches)
    counted = [_count(next(iterator))]
    started = time.perf_counter()
    counted += [_count(features) for features in itertools.islice(iterator, MEASURED - 1)]
    seconds = time.perf_counter() - started
    return InputFigures(
        examples=examples,
        tokens=sum(tokens for tokens, _ in counted) / MEASURED,
        positions=sum(positions for _, positions in counted) / MEASURED,
        examples_per_second=examples * (MEASURED - 1) / seconds,
    )


def _count(features: Metrics) -> tuple[int, int]:
    masks = [value for name, value in features.items() if name.endswith("input_mask")]
    return sum(int(tf.reduce_sum(m)) for m in masks), sum(int(tf.size(m)) for m in masks)


def _seconds_per_step(trainer: Trainer) -> float:
    trainer.train(tf.constant(1))  # traces, and compiles
    started = time.perf_counter()
    metrics = trainer.train(tf.constant(MEASURED))
    float(metrics["loss"])  # waits for the device
    return (time.perf_counter() - started) / MEASURED


def _numbers(variables: Iterable[keras.Variable]) -> int:
    return sum(variable.shape.num_elements() for variable in map(_tensor, variables))


def _bytes(variables: Iterable[keras.Variable]) -> int:
    return sum(v.shape.num_elements() * v.dtype.size for v in map(_tensor, variables))


def _tensor(variable: keras.Variable) -> tf.Variable:
    return variable.value


def _peak_of_process() -> int:
    kilo = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilo


def _mega(size: int) -> str:
    return f"{size / 2**20:,.1f} MiB"
