"""The part of a step that a processor can measure in bounded time and memory."""

from typing import Any

from tfmling.modeling.settings import NewEncoder
from tfmling.objectives.settings import AnyTask, MaskedLM
from tfmling.training.settings import Train

# Of a measured step, which is taken about 25 times: a few seconds of two cores. EXTEND's 32 x 128
# tokens through BERT-base are six times as much, LaBSE's batch two thousand times.
MAX_FLOPS = 5e11
LARGE_VOCABULARY = 150_000  # taken for one that is not known before it is read


def measured_share(settings: Train) -> float:
    """The share of each batch that is measured: 1 where the whole of them is small enough."""
    return min(1.0, MAX_FLOPS / sum(_task_flops(settings, task) for task in settings.tasks))


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


def _task_flops(settings: Train, task: AnyTask) -> float:
    """6 for each weight and position of the layers and the softmax (Kaplan et al. 2020, 2.1).

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
    weights = positions * 12 * layers * width**2 + guesses * pieces * width
    return 6.0 * task.inputs.global_batch_size * weights
