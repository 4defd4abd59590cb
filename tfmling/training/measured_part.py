"""The part of a step that a processor can measure in bounded time and memory."""

from typing import Any

from tfmling.objectives.settings import AnyTask, MaskedLM
from tfmling.training.settings import Train

POSITIONS = 2048  # of the batches of all tasks together; more take minutes a step and gigabytes


def measured_share(settings: Train) -> float:
    """The share of each batch that is measured: 1 where the whole of them is small enough."""
    positions = sum(
        task.inputs.global_batch_size * task.inputs.max_length * _sides(task)
        for task in settings.tasks
    )
    return min(1.0, POSITIONS / positions)


def take_share(settings: Train, share: float) -> Train:
    """The same training with smaller batches, of 2 records at least, each gone through whole."""
    tasks = [_smaller(task, share) for task in settings.tasks] if share < 1 else settings.tasks
    return settings.model_copy(update={"tasks": tasks})


def _smaller(task: AnyTask, share: float) -> AnyTask:
    records = task.inputs.global_batch_size
    size = min(records, max(2, round(records * share)))
    changes: dict[str, Any] = {"inputs": task.inputs.model_copy(update={"global_batch_size": size})}
    whole = {"micro_batches": 1, "cache_chunk": None}
    changes |= {name: value for name, value in whole.items() if hasattr(task, name)}
    return task.model_copy(update=changes)


def _sides(task: AnyTask) -> int:
    return 1 if isinstance(task, MaskedLM) else 2 + task.inputs.negatives
