"""Measure what a training run needs, from ten real steps; nothing is written.

    tfmling train --config configs/train_masked_lm.yaml --dry-run

If a batch is too large to measure on a CPU, a part of it and about half of that part are measured,
and time and memory of the whole step are extrapolated linearly.
"""

import dataclasses
import itertools
import resource
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import keras
import tensorflow as tf

from tfmling.inputs.dataset import Features
from tfmling.training.dry_run_report import STEPS, DryRun, InputStatistics, StepMemory, StepTime
from tfmling.training.exit_process import exit_without_iterator_cleanup
from tfmling.training.settings import Train
from tfmling.training.step_cost import (
    activation_bytes,
    halve_batches,
    measurable_share,
    relative_work,
    scale_batches,
)
from tfmling.training.trainer import Trainer
from tfmling.training.training_run import TrainingRun, build_training_run, task_datasets

BATCHES = 10
MAX_SECONDS = 10.0  # stop reading large batches


def print_dry_run(settings: Train) -> None:
    """Measure as `tfmling train --dry-run`, and exit the process; see `dry_run`."""
    with exit_without_iterator_cleanup(settings.runtime.strategy in ("mirrored", "tpu")):
        dry_run(settings)


def dry_run(settings: Train) -> DryRun:
    """Build the run, measure its inputs and ten of its steps, and print a report."""
    on_cpu = settings.runtime.strategy == "one_device" and not tf.config.list_physical_devices(
        "GPU"
    )
    run = build_training_run(scale_batches(settings, measurable_share(settings) if on_cpu else 1.0))
    run.separate_dropout()
    print("measuring the inputs, then the step", file=sys.stderr)
    batches = task_datasets(settings, run.objectives)
    inputs = {
        task.name: measure_batches(batches[task.name], task.inputs.global_batch_size)
        for task in settings.tasks
    }
    step, memory = _measure_step(run, settings)
    weights = {id(w): w for own in run.objectives.values() for w in own.weights}
    report = DryRun(
        parameters=_count_parameters(weights.values()),
        trained=_count_parameters(run.variables),
        weight_bytes=_count_bytes(weights.values()),
        slot_bytes=_count_bytes(run.optimizer.variables),
        gradient_bytes=_count_bytes(run.variables),
        activation_bytes=_activations(run, settings),
        memory=memory,
        inputs=inputs,
        measured={t.name: t.inputs.global_batch_size for t in run.settings.tasks},
        step=step,
        steps=settings.steps,
    )
    print("\n".join(report.lines()))
    return report


def measure_batches(batches: tf.data.Dataset, examples: int) -> InputStatistics:
    """Count the tokens of up to ten batches, fewer if that takes more than ten seconds.

    The first batch fills buffers and is left out of the rate.

    Args:
        batches: of features; names that end in `input_mask` are 0 at padding.
        examples: records of a batch.

    Example:
        >>> features = {"input_mask": tf.constant([[1, 1, 1, 0]])}
        >>> batches = tf.data.Dataset.from_tensors(features).repeat()
        >>> statistics = measure_batches(batches, examples=1)
        >>> statistics.tokens, statistics.positions
        (3.0, 4.0)
    """
    iterator = iter(batches)
    counted = [_count_tokens(next(iterator))]
    started = time.perf_counter()
    for features in itertools.islice(iterator, BATCHES - 1):
        counted.append(_count_tokens(features))
        seconds = time.perf_counter() - started
        if seconds > MAX_SECONDS:
            break
    tokens, positions = (sum(column) / len(counted) for column in zip(*counted, strict=True))
    return InputStatistics(examples, tokens, positions, examples * (len(counted) - 1) / seconds)


def _count_tokens(features: Features) -> tuple[int, int]:
    """Tokens, and positions with padding."""
    # the mask of packed rows has the number of the text, from 1
    masks = [value > 0 for name, value in features.items() if name.endswith("input_mask")]
    return sum(int(tf.math.count_nonzero(m)) for m in masks), sum(int(tf.size(m)) for m in masks)


def _measure_step(run: TrainingRun, whole: Train) -> tuple[StepTime, StepMemory]:
    share = relative_work(run.settings, whole)
    needed = sum(_activations(run, whole).values())
    if share == 1:
        seconds = _seconds_per_step(run.build_trainer())
        return StepTime(share, seconds), StepMemory(needed, needed, _peak_memory())
    # the peak of a process never falls, so the smaller part comes first
    half = dataclasses.replace(run, settings=halve_batches(run.settings))
    half_seconds = _seconds_per_step(half.build_trainer())
    half_peak = _peak_memory()
    seconds = _seconds_per_step(run.build_trainer())
    return (
        StepTime(share, seconds, relative_work(half.settings, whole), half_seconds),
        StepMemory(
            needed,
            sum(_activations(run, run.settings).values()),
            _peak_memory(),
            sum(_activations(half, half.settings).values()),
            half_peak,
        ),
    )


def _seconds_per_step(trainer: Trainer) -> float:
    """The mean of ten steps, after one that traces and compiles."""
    trainer.train(tf.constant(1))
    started = time.perf_counter()
    metrics = trainer.train(tf.constant(STEPS))
    float(metrics["loss"])  # waits for the device
    return (time.perf_counter() - started) / STEPS


def _peak_memory() -> int:
    """The peak memory of this process, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss may be that of the parent process
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _activations(run: TrainingRun, settings: Train) -> dict[str, int]:
    num_replicas = run.strategy.num_replicas_in_sync
    return {
        task.name: activation_bytes(run.encoder, task, settings.runtime.dtype, num_replicas)
        for task in settings.tasks
    }


def _count_parameters(variables: Iterable[keras.Variable]) -> int:
    return sum(variable.value.shape.num_elements() for variable in variables)


def _count_bytes(variables: Iterable[keras.Variable]) -> int:
    return sum(v.value.shape.num_elements() * v.value.dtype.size for v in variables)
