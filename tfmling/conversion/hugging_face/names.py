"""Names of a BERT's tensors in Hugging Face checkpoints of every age, and of an XLM-R's.

All become the names that `BertForPreTraining` has today.
"""

import re

_OLD = ((".LayerNorm.gamma", ".LayerNorm.weight"), (".LayerNorm.beta", ".LayerNorm.bias"))
_LM_HEAD = (
    ("lm_head.layer_norm.", "cls.predictions.transform.LayerNorm."),
    ("lm_head.dense.", "cls.predictions.transform.dense."),
    ("lm_head.", "cls.predictions."),
)
_ENCODER = re.compile(r"^(?:bert\.|roberta\.)?(?=(?:embeddings|encoder|pooler)\.)")

DECODER = "cls.predictions.decoder.weight"
DECODER_BIAS = "cls.predictions.decoder.bias"
BIAS = "cls.predictions.bias"
# indices 0, 1, 2 ... that old releases saved: no weights
BUFFERS = ("bert.embeddings.position_ids", "bert.embeddings.token_type_ids")

# hides a name of our own behind that of the checkpoint
_TO_HUGGING_FACE = (
    ("layer_", "layer."),
    ("LayerNorm/gamma", "LayerNorm/weight"),
    ("LayerNorm/beta", "LayerNorm/bias"),
    ("_embeddings", "_embeddings/weight"),
    ("kernel", "weight"),
    ("predictions/output_bias", "predictions/bias"),
    ("output_weights", "weight"),
    ("output_bias", "bias"),
)


def current_name(name: str) -> str:
    """Today's name of a tensor of BERT or XLM-R; an unknown name stays as it is."""
    for old, new in _OLD:
        name = name.replace(old, new)
    for old, new in _LM_HEAD:
        if name.startswith(old):
            return new + name.removeprefix(old)
    return _ENCODER.sub("bert.", name)


def from_released(released: str) -> str:
    """`bert/encoder/layer_0/output/dense/kernel` -> `bert.encoder.layer.0.output.dense.weight`."""
    name = released
    for old, new in _TO_HUGGING_FACE:
        name = name.replace(old, new)
    return name.replace("/", ".")
