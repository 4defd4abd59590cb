"""BERT's weights under released names, from the names that Model Garden gives them.

TF Hub's SavedModels of BERT, such as `bert_multi_cased_L-12_H-768_A-12/4`, are written by Model
Garden's `official/nlp/tools/export_tfhub.py`; some also carry the masked-LM head, as `mlm`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

# Model Garden's name -> that of BERT's first release
_RENAMED = (
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


def model_garden_weights(model: Any) -> dict[str, np.ndarray]:
    """The weights of a loaded SavedModel by released names; {} where Model Garden did not write it.

    Args:
        model: what `tf.saved_model.load` gives.
    """
    variables = list(model.variables) + list(getattr(model, "mlm", model).variables)
    found = dict(_released(variables))
    return found if "bert/embeddings/word_embeddings" in found else {}


def _released(variables: Iterable[tf.Variable]) -> Iterable[tuple[str, np.ndarray]]:
    for variable in variables:
        name = variable.name.removesuffix(":0")
        for pattern, released in _RENAMED:
            name = re.sub(pattern, released, name)
        yield name, variable.numpy()


def sizes_of_released(weights: Mapping[str, np.ndarray]) -> dict[str, int]:
    """What KerasHub's BertBackbone takes, told by the shapes; queries must lie [D, heads, size]."""
    vocabulary_size, hidden_dim = weights["bert/embeddings/word_embeddings"].shape
    layers = {name.split("/")[2] for name in weights if name.startswith("bert/encoder/layer_")}
    first = "bert/encoder/layer_0"
    return {
        "vocabulary_size": vocabulary_size,
        "hidden_dim": hidden_dim,
        "num_layers": len(layers),
        "num_heads": weights[f"{first}/attention/self/query/kernel"].shape[1],
        "intermediate_dim": weights[f"{first}/intermediate/dense/kernel"].shape[1],
        "max_sequence_length": weights["bert/embeddings/position_embeddings"].shape[0],
        "num_segments": weights["bert/embeddings/token_type_embeddings"].shape[0],
    }
