"""Names of BERT's weights in every layout, as rules from and to those of its first release.

The first release (google-research/bert) has `bert/encoder/layer_0/attention/self/query/kernel`
[in, out] and so on. Names are converted to these first and from there to another layout.
"""

import re
from collections.abc import Iterator

# part of a layer -> KerasHub's variable path
_DENSE = {
    "attention/self/query": "self_attention_layer/query",
    "attention/self/key": "self_attention_layer/key",
    "attention/self/value": "self_attention_layer/value",
    "attention/output/dense": "self_attention_layer/attention_output",
    "intermediate/dense": "feedforward_intermediate_dense",
    "output/dense": "feedforward_output_dense",
}
_NORMS = {
    "attention/output/LayerNorm": "self_attention_layer_norm",
    "output/LayerNorm": "feedforward_layer_norm",
}
_EMBEDDINGS = {
    "bert/embeddings/word_embeddings": "token_embedding/embeddings",
    "bert/embeddings/position_embeddings": "position_embedding/embeddings",
    "bert/embeddings/token_type_embeddings": "segment_embedding/embeddings",
    "bert/embeddings/LayerNorm/gamma": "embeddings_layer_norm/gamma",
    "bert/embeddings/LayerNorm/beta": "embeddings_layer_norm/beta",
}
POOLER = {
    "bert/pooler/dense/kernel": "pooled_dense/kernel",
    "bert/pooler/dense/bias": "pooled_dense/bias",
}
# our name of a head's weight -> the released name
HEADS = {
    "masked_lm/dense/kernel": "cls/predictions/transform/dense/kernel",
    "masked_lm/dense/bias": "cls/predictions/transform/dense/bias",
    "masked_lm/norm/gamma": "cls/predictions/transform/LayerNorm/gamma",
    "masked_lm/norm/beta": "cls/predictions/transform/LayerNorm/beta",
    "masked_lm/bias": "cls/predictions/output_bias",
    "next_sentence/dense/kernel": "cls/seq_relationship/output_weights",
    "next_sentence/dense/bias": "cls/seq_relationship/output_bias",
}
TRANSPOSED = "cls/seq_relationship/output_weights"  # [out, in] in the release

# Hugging Face
TABLE = "bert.embeddings.word_embeddings.weight"
DECODER, DECODER_BIAS = "cls.predictions.decoder.weight", "cls.predictions.decoder.bias"
BIAS = "cls.predictions.bias"
# indices 0, 1, 2, ... that old releases saved
BUFFERS = ("bert.embeddings.position_ids", "bert.embeddings.token_type_ids")
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
_OLD_HUGGING_FACE = (
    (".LayerNorm.gamma", ".LayerNorm.weight"),
    (".LayerNorm.beta", ".LayerNorm.bias"),
)
_XLM_ROBERTA_HEAD = (
    ("lm_head.layer_norm.", "cls.predictions.transform.LayerNorm."),
    ("lm_head.dense.", "cls.predictions.transform.dense."),
    ("lm_head.", "cls.predictions."),
)
_ENCODER = re.compile(r"^(?:bert\.|roberta\.)?(?=(?:embeddings|encoder|pooler)\.)")

# Model Garden (official/nlp/tools/export_tfhub.py), as patterns
_MODEL_GARDEN = (
    (r"^word_embeddings/embeddings$", "bert/embeddings/word_embeddings"),
    (r"^position_embedding/embeddings$", "bert/embeddings/position_embeddings"),
    (r"^type_embeddings/embeddings$", "bert/embeddings/token_type_embeddings"),
    (r"^embeddings/layer_norm/", "bert/embeddings/LayerNorm/"),
    (r"^pooler_transform/", "bert/pooler/dense/"),
    (r"^transformer/layer_", "bert/encoder/layer_"),
    (r"/self_attention/attention_output/", "/attention/output/dense/"),
    (r"/self_attention/(query|key|value)/", r"/attention/self/\1/"),
    (r"/self_attention_layer_norm/", "/attention/output/LayerNorm/"),
    (r"/intermediate/", "/intermediate/dense/"),
    (r"(layer_\d+)/output/", r"\1/output/dense/"),
    (r"/output_layer_norm/", "/output/LayerNorm/"),
    (r"^.*\btransform/(dense|LayerNorm)/", r"cls/predictions/transform/\1/"),
    (r"^.*\boutput_bias/bias$", "cls/predictions/output_bias"),
)


def keras_paths(num_layers: int) -> dict[str, str]:
    """Released name -> path of KerasHub's variable, for every weight of the encoder.

    Example:
        >>> keras_paths(12)["bert/encoder/layer_3/output/dense/bias"]
        'transformer_layer_3/feedforward_output_dense/bias'
    """
    paths = dict(_EMBEDDINGS)
    for number in range(num_layers):
        paths |= dict(_layer_paths(number))
    return paths | POOLER


def _layer_paths(number: int) -> Iterator[tuple[str, str]]:
    released, keras_hub_name = f"bert/encoder/layer_{number}", f"transformer_layer_{number}"
    for parts, weights in ((_DENSE, ("kernel", "bias")), (_NORMS, ("gamma", "beta"))):
        for part, path in parts.items():
            for weight in weights:
                yield f"{released}/{part}/{weight}", f"{keras_hub_name}/{path}/{weight}"


def to_hugging_face(released: str) -> str:
    """Hugging Face's name of a released weight.

    Example:
        >>> to_hugging_face("bert/encoder/layer_0/output/dense/kernel")
        'bert.encoder.layer.0.output.dense.weight'
    """
    name = released
    for old, new in _TO_HUGGING_FACE:
        name = name.replace(old, new)
    return name.replace("/", ".")


def current_hugging_face(name: str) -> str:
    """Hugging Face's current BERT name of a tensor in a BERT of any age or an XLM-R.

    Unknown names do not change.

    Example:
        >>> current_hugging_face("roberta.embeddings.LayerNorm.gamma")
        'bert.embeddings.LayerNorm.weight'
    """
    for old, new in _OLD_HUGGING_FACE:
        name = name.replace(old, new)
    for theirs, ours in _XLM_ROBERTA_HEAD:
        if name.startswith(theirs):
            return ours + name.removeprefix(theirs)
    return _ENCODER.sub("bert.", name)


def to_xlm_roberta(name: str) -> str:
    """XLM-R's name of a tensor with a current BERT name.

    Example:
        >>> to_xlm_roberta("cls.predictions.bias")
        'lm_head.bias'
    """
    for theirs, ours in _XLM_ROBERTA_HEAD:
        if name.startswith(ours):
            return theirs + name.removeprefix(ours)
    return "roberta." + name.removeprefix("bert.") if name.startswith("bert.") else name


def from_model_garden(name: str) -> str:
    """Released name of a Model Garden variable.

    Example:
        >>> from_model_garden("transformer/layer_0/self_attention/key/bias")
        'bert/encoder/layer_0/attention/self/key/bias'
    """
    for pattern, released in _MODEL_GARDEN:
        name = re.sub(pattern, released, name)
    return name
