"""Estimate the memory and the work of a training step from its settings."""

from typing import Any

from tfmling.conversion.settings import NewEncoder
from tfmling.modeling.encoder import Encoder
from tfmling.objectives.settings import AnyTask, MaskedLM
from tfmling.training.settings import Train

# A measured step runs about 25 times: a few seconds on two cores. EXTEND's 32 x 128 tokens through
# BERT-base are six times as much, LaBSE's batch two thousand times.
MAX_FLOPS = 5e11
LARGE_VOCABULARY = 150_000  # assumed if the settings do not give the vocabulary's size
BYTES = {"float32": 4, "bfloat16": 2}


def activation_bytes(encoder: Encoder, task: AnyTask, dtype: str, num_replicas: int) -> int:
    """Estimate the activations that a replica keeps for the backward pass of one task.

    Korthikanti et al. 2022, "Reducing Activation Recomputation in Large Transformer Models",
    2205.05198, section 4: a layer keeps s b h (34 + 5 a s / h) bytes in 16 bits, of which
    s b (2 h + a s) are dropout masks of one byte each, with b rows of length s, width h and a
    heads. The softmax over the vocabulary keeps logits and their gradient in float32.

    Args:
        encoder: the trained encoder.
        task: with the global batch size.
        dtype: of the activations.
        num_replicas: that share the batch.

    Example:
        >>> from tfmling.objectives.settings import DualEncoder
        >>> pairs = dict(kind="sentence_pairs", records=[folder], max_length=8, global_batch_size=4)
        >>> task = DualEncoder(name="dual", kind="dual_encoder", inputs=pairs)
        >>> activation_bytes(encoder, task, "float32", num_replicas=1)
        153600
    """
    rows, length = _rows_at_a_time(task, num_replicas), task.inputs.max_length
    backbone = encoder.backbone
    states, scores = rows * length * encoder.hidden_dim, rows * backbone.num_heads * length**2
    layer = BYTES[dtype] * (16 * states + 2 * scores) + 2 * states + scores
    layers = backbone.num_layers * layer
    if not isinstance(task, MaskedLM):
        return layers
    pieces = len(encoder.vocabulary.pieces)
    pieces = min(task.vocabulary_chunk or pieces, pieces)
    return layers + 2 * BYTES["float32"] * rows * task.max_predictions * pieces


def _rows_at_a_time(task: AnyTask, num_replicas: int) -> int:
    """Sentences that are in the encoder of a replica at a time."""
    records = task.inputs.global_batch_size // num_replicas
    if isinstance(task, MaskedLM):
        return records // task.gradient_accumulation_steps
    chunk = getattr(task, "gradient_cache_batch_size", None)
    return (2 + task.inputs.negatives) * (chunk or records)


def measurable_share(settings: Train) -> float:
    """The share of each batch that a CPU can measure in bounded time; 1 for small batches.

    Example:
        >>> inputs = {"kind": "sentences", "records": [folder], "global_batch_size": 2}
        >>> task = {"name": "mlm", "kind": "masked_lm", "inputs": inputs}
        >>> values = {"output": "out", "encoder": {"kind": "new", "vocabulary": folder}, "steps": 9}
        >>> measurable_share(Train(tasks=[task], **values))
        1.0
    """
    return min(1.0, MAX_FLOPS / _flops(settings))


def scale_batches(settings: Train, share: float) -> Train:
    """The same settings with smaller batches of at least 2 records, each processed as a whole.

    Example:
        >>> inputs = {"kind": "sentences", "records": [folder], "global_batch_size": 64}
        >>> task = {"name": "mlm", "kind": "masked_lm", "inputs": inputs}
        >>> values = {"output": "out", "encoder": {"kind": "new", "vocabulary": folder}, "steps": 9}
        >>> scale_batches(Train(tasks=[task], **values), 0.25).tasks[0].inputs.global_batch_size
        16
    """
    if share == 1:
        return settings
    sizes = [task.inputs.global_batch_size for task in settings.tasks]
    return _set_batch_sizes(settings, [min(n, max(2, round(n * share))) for n in sizes])


def halve_batches(settings: Train) -> Train:
    """The same settings with half of each batch, at least 1 record.

    Example:
        >>> inputs = {"kind": "sentences", "records": [folder], "global_batch_size": 64}
        >>> task = {"name": "mlm", "kind": "masked_lm", "inputs": inputs}
        >>> values = {"output": "out", "encoder": {"kind": "new", "vocabulary": folder}, "steps": 9}
        >>> halve_batches(Train(tasks=[task], **values)).tasks[0].inputs.global_batch_size
        32
    """
    sizes = [task.inputs.global_batch_size for task in settings.tasks]
    return _set_batch_sizes(settings, [max(1, n // 2) for n in sizes])


def relative_work(part: Train, whole: Train) -> float:
    """The floating-point operations of a step, as a share of those of another run's step.

    Batches consist of whole records, so this can differ from the share given to `scale_batches`.

    Example:
        >>> inputs = {"kind": "sentences", "records": [folder], "global_batch_size": 64}
        >>> task = {"name": "mlm", "kind": "masked_lm", "inputs": inputs}
        >>> values = {"output": "out", "encoder": {"kind": "new", "vocabulary": folder}, "steps": 9}
        >>> settings = Train(tasks=[task], **values)
        >>> relative_work(halve_batches(settings), settings)
        0.5
    """
    return _flops(part) / _flops(whole)


def _set_batch_sizes(settings: Train, sizes: list[int]) -> Train:
    tasks = [_set_batch_size(task, size) for task, size in zip(settings.tasks, sizes, strict=True)]
    return settings.model_copy(update={"tasks": tasks})


def _set_batch_size(task: AnyTask, size: int) -> AnyTask:
    changes: dict[str, Any] = {"inputs": task.inputs.model_copy(update={"global_batch_size": size})}
    whole = {"gradient_accumulation_steps": 1, "gradient_cache_batch_size": None}
    changes |= {name: value for name, value in whole.items() if hasattr(task, name)}
    return task.model_copy(update=changes)


def _flops(settings: Train) -> float:
    return sum(_task_flops(settings, task) for task in settings.tasks)


def _task_flops(settings: Train, task: AnyTask) -> float:
    """6 per weight and position of layers and softmax (Kaplan et al. 2020, section 2.1).

    8 where the forward pass runs twice: gradient caching embeds twice, and a chunked softmax
    computes logits twice. An encoder whose sizes are not in the settings counts as BERT-base.
    """
    encoder = settings.encoder
    layers, width, pieces = 12, 768, LARGE_VOCABULARY
    if isinstance(encoder, NewEncoder):
        layers, width = encoder.num_layers, encoder.hidden_dim
        pieces = encoder.pad_vocabulary_to or pieces
    sides = 1 if isinstance(task, MaskedLM) else 2 + task.inputs.negatives
    positions = task.inputs.max_length * sides
    predictions = task.max_predictions if isinstance(task, MaskedLM) else 0
    names = ("gradient_cache_batch_size", "vocabulary_chunk")
    runs_twice = [getattr(task, name, None) is not None for name in names]
    per_layer, per_softmax = (8.0 if twice else 6.0 for twice in runs_twice)
    layer_flops = per_layer * positions * 12 * layers * width**2
    return task.inputs.global_batch_size * (
        layer_flops + per_softmax * predictions * pieces * width
    )
