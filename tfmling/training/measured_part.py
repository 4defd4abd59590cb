"""The part of a step that a processor can measure in bounded time and memory."""

from typing import Any

from tfmling.conversion.encoder_settings import NewEncoder
from tfmling.objectives.settings import AnyTask, MaskedLM
from tfmling.training.settings import Train

# Of a measured step, which is taken about 25 times: a few seconds of two cores. EXTEND's 32 x 128
# tokens through BERT-base are six times as much, LaBSE's batch two thousand times.
MAX_FLOPS = 5e11
LARGE_VOCABULARY = 150_000  # taken for one that is not known before it is read


def measured_share(settings: Train) -> float:
    """The share of each batch that is measured: 1 where the whole of them is small enough."""
    return min(1.0, MAX_FLOPS / _flops(settings))


def take_share(settings: Train, share: float) -> Train:
    """The same training with smaller batches, of 2 records at least, each gone through whole."""
    if share == 1:
        return settings
    sizes = [_records(task) for task in settings.tasks]
    return _with_sizes(settings, [min(n, max(2, round(n * share))) for n in sizes])


def take_half(settings: Train) -> Train:
    """The same training with half of each batch, of 1 record at least."""
    return _with_sizes(settings, [max(1, _records(task) // 2) for task in settings.tasks])


def share_of_work(part: Train, whole: Train) -> float:
    """What a step of one training computes, of what a step of another does.

    Batches are whole records, so that this is not the share that was asked for.
    """
    return _flops(part) / _flops(whole)


def _flops(settings: Train) -> float:
    return sum(_task_flops(settings, task) for task in settings.tasks)


def _records(task: AnyTask) -> int:
    return task.inputs.global_batch_size


def _with_sizes(settings: Train, sizes: list[int]) -> Train:
    tasks = [_smaller(task, size) for task, size in zip(settings.tasks, sizes, strict=True)]
    return settings.model_copy(update={"tasks": tasks})


def _smaller(task: AnyTask, size: int) -> AnyTask:
    changes: dict[str, Any] = {"inputs": task.inputs.model_copy(update={"global_batch_size": size})}
    whole = {"gradient_accumulation_steps": 1, "gradient_cache_batch_size": None}
    changes |= {name: value for name, value in whole.items() if hasattr(task, name)}
    return task.model_copy(update=changes)


def _task_flops(settings: Train, task: AnyTask) -> float:
    """6 for each weight and position of the layers and the softmax (Kaplan et al. 2020, 2.1).

    Gradient caching embeds everything once more, and chunks of the vocabulary have their logits
    computed once more: 8.
    An encoder whose sizes are not in the settings counts as BERT-base.
    """
    encoder = settings.encoder
    layers, width, pieces = 12, 768, LARGE_VOCABULARY
    if isinstance(encoder, NewEncoder):
        layers, width = encoder.num_layers, encoder.hidden_dim
        pieces = encoder.pad_vocabulary_to or pieces
    sides = 1 if isinstance(task, MaskedLM) else 2 + task.inputs.negatives
    positions = task.inputs.max_length * sides
    guesses = task.max_predictions if isinstance(task, MaskedLM) else 0
    again = [
        getattr(task, name, None) is not None
        for name in ("gradient_cache_batch_size", "vocabulary_chunk")
    ]
    of_layers, of_softmax = (8.0 if each else 6.0 for each in again)
    work = of_layers * positions * 12 * layers * width**2 + of_softmax * guesses * pieces * width
    return task.inputs.global_batch_size * work
