"""An estimate of the memory for what the backward pass needs of the forward pass.

Korthikanti et al. 2022, "Reducing Activation Recomputation in Large Transformer Models",
2205.05198, section 4: a layer keeps s b h (34 + 5 a s / h) bytes in 16 bits, of which s b (2 h + a
s) are dropout masks of a byte each. Of the softmax over the vocabulary, logits and their gradient.
Shapes: b rows, s their length, h width, a heads.
"""

from tfmling.modeling.encoder import Encoder
from tfmling.objectives.settings import AnyTask, MaskedLM

BYTES = {"float32": 4, "bfloat16": 2}
LOGITS = 2  # float32 copies of the logits: themselves, and their gradient


def activation_bytes(encoder: Encoder, task: AnyTask, dtype: str, replicas: int) -> int:
    """For what a replica goes through at a time of the batch of one task."""
    rows, length = rows_at_a_time(task, replicas), task.inputs.max_length
    backbone = encoder.backbone
    layers = backbone.num_layers * _layer_bytes(
        rows, length, encoder.hidden_dim, backbone.num_heads, BYTES[dtype]
    )
    if not isinstance(task, MaskedLM):
        return layers
    pieces = len(encoder.vocabulary.pieces)
    pieces = min(task.vocabulary_chunk or pieces, pieces)
    return layers + LOGITS * 4 * rows * task.max_predictions * pieces


def rows_at_a_time(task: AnyTask, replicas: int) -> int:
    """Sentences that a replica has in the encoder at a time."""
    records = task.inputs.global_batch_size // replicas
    if isinstance(task, MaskedLM):
        return records // task.gradient_accumulation_steps
    chunk = getattr(task, "gradient_cache_batch_size", None)
    return (2 + task.inputs.negatives) * (chunk or records)


def _layer_bytes(rows: int, length: int, width: int, heads: int, number: int) -> int:
    states, scores = rows * length * width, rows * heads * length**2
    return number * (16 * states + 2 * scores) + 2 * states + scores
