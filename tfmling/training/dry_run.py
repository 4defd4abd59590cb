"""What a training will need and take, from ten real steps; nothing is written.

tfmling train --config configs/train_masked_lm.yaml --dry-run

A processor measures only as much of a large batch as it can bear, and about half of that: the time
and the memory of the whole are on the line through both.
"""

import dataclasses
import sys
from collections.abc import Iterable

import keras
import tensorflow as tf

from tfmling.objectives.text_objective import TextObjective
from tfmling.training.activations import activation_bytes
from tfmling.training.assembly import Assembly, assemble
from tfmling.training.dry_run_report import DryRun
from tfmling.training.exit_process import exit_without_iterator_cleanup
from tfmling.training.input_figures import InputFigures, measure_batches
from tfmling.training.measured_part import measured_share, share_of_work, take_half, take_share
from tfmling.training.parts import task_datasets
from tfmling.training.settings import Train
from tfmling.training.step_memory import StepMemory, peak_of_process
from tfmling.training.step_time import StepTime, seconds_per_step


def print_dry_run(settings: Train) -> None:
    """Measure in a process of its own, as `tfmling train --dry-run`; see `dry_run`."""
    with exit_without_iterator_cleanup(settings.runtime.strategy in ("mirrored", "tpu")):
        dry_run(settings)


def dry_run(settings: Train) -> DryRun:
    """Builds the training, measures its inputs and ten of its steps, prints; writes nothing."""
    part = take_share(settings, measured_share(settings) if _is_one_processor(settings) else 1.0)
    assembly = assemble(part)
    assembly.separate_dropout()
    print("measuring the inputs, then the step", file=sys.stderr)
    inputs = _measure_inputs(settings, assembly.objectives)
    step, memory = _measure_step(assembly, settings)
    result = _report(settings, assembly, inputs, step, memory)
    print("\n".join(result.lines()))
    return result


def _is_one_processor(settings: Train) -> bool:
    has_gpu = bool(tf.config.list_physical_devices("GPU"))
    return settings.runtime.strategy == "one_device" and not has_gpu


def _measure_inputs(
    settings: Train, objectives: dict[str, TextObjective]
) -> dict[str, InputFigures]:
    batches = task_datasets(settings, objectives)
    return {
        task.name: measure_batches(batches[task.name], task.inputs.global_batch_size)
        for task in settings.tasks
    }


def _measure_step(assembly: Assembly, whole: Train) -> tuple[StepTime, StepMemory]:
    share = share_of_work(assembly.settings, whole)
    needed = sum(_activations(assembly, whole).values())
    if share == 1:
        seconds = seconds_per_step(assembly.build_trainer())
        return StepTime(share, seconds), StepMemory(needed, needed, peak_of_process())
    # the peak of a process never falls, so the smaller part comes first
    half = dataclasses.replace(assembly, settings=take_half(assembly.settings))
    half_seconds = seconds_per_step(half.build_trainer())
    half_peak = peak_of_process()
    seconds = seconds_per_step(assembly.build_trainer())
    return (
        StepTime(share, seconds, share_of_work(half.settings, whole), half_seconds),
        StepMemory(
            needed,
            sum(_activations(assembly, assembly.settings).values()),
            peak_of_process(),
            sum(_activations(half, half.settings).values()),
            half_peak,
        ),
    )


def _activations(assembly: Assembly, settings: Train) -> dict[str, int]:
    replicas = assembly.strategy.num_replicas_in_sync
    return {
        task.name: activation_bytes(assembly.encoder, task, settings.runtime.dtype, replicas)
        for task in settings.tasks
    }


def _report(
    settings: Train,
    assembly: Assembly,
    inputs: dict[str, InputFigures],
    step: StepTime,
    memory: StepMemory,
) -> DryRun:
    weights = {id(w): w for own in assembly.objectives.values() for w in own.weights}
    return DryRun(
        parameters=_numbers(weights.values()),
        trained=_numbers(assembly.variables),
        weight_bytes=_bytes(weights.values()),
        slot_bytes=_bytes(assembly.optimizer.variables),
        gradient_bytes=_bytes(assembly.variables),
        activation_bytes=_activations(assembly, settings),
        memory=memory,
        inputs=inputs,
        measured={t.name: t.inputs.global_batch_size for t in assembly.settings.tasks},
        step=step,
        steps=settings.steps,
    )


def _numbers(variables: Iterable[keras.Variable]) -> int:
    return sum(variable.shape.num_elements() for variable in map(_tensor, variables))


def _bytes(variables: Iterable[keras.Variable]) -> int:
    return sum(v.shape.num_elements() * v.dtype.size for v in map(_tensor, variables))


def _tensor(variable: keras.Variable) -> tf.Variable:
    return variable.value
