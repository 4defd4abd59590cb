"""BERT as it was first released: bert_config.json, vocab.txt and bert_model.ckpt.* of TensorFlow 1.

Such are `multi_cased_L-12_H-768_A-12` and its like (github.com/google-research/bert).
"""

import json
from pathlib import Path
from typing import Any

import keras_hub
import numpy as np
import tensorflow as tf

from tfmling.modeling.bert_names import assign_backbone, heads_from_released
from tfmling.modeling.encoder import Encoder
from tfmling.vocab.vocabulary import Vocabulary

CONFIG, CHECKPOINT = "bert_config.json", "bert_model.ckpt"
_ACTIVATIONS = {"gelu": "gelu", "gelu_new": "gelu_approximate"}


def is_tensorflow1_checkpoint(folder: Path) -> bool:
    """Whether a folder holds a released BERT."""
    return (folder / CONFIG).exists() and (folder / f"{CHECKPOINT}.index").exists()


def load_tensorflow1_checkpoint(
    folder: Path, *, policy: str = "float32", dropout: float | None = None
) -> Encoder:
    """Loads a released BERT with its pretraining heads.

    Args:
        folder: with bert_config.json, bert_model.ckpt.* and vocab.txt. Whether the text is lower-
            cased stands in the config (`do_lower_case`) or, in older releases, in the folder's
            name (`uncased_L-12...`).
        policy: Keras dtype policy.
        dropout: None keeps the config's own.

    Raises:
        ValueError: an activation that is unknown, weights that are missing or of other sizes, or a
            config and a name that do not tell whether text is lower-cased.
    """
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=config["vocab_size"],
        num_layers=config["num_hidden_layers"],
        num_heads=config["num_attention_heads"],
        hidden_dim=config["hidden_size"],
        intermediate_dim=config["intermediate_size"],
        dropout=config["hidden_dropout_prob"] if dropout is None else dropout,
        max_sequence_length=config["max_position_embeddings"],
        num_segments=config["type_vocab_size"],
        dtype=policy,
    )
    weights = _read(folder)
    assign_backbone(backbone, weights)
    return Encoder(
        backbone,
        Vocabulary.read(str(folder / "vocab.txt"), _lowercase(folder, config)),
        pooling="cls",
        hidden_act=_activation(folder, config),
        head_weights=heads_from_released(weights),
    )


def _read(folder: Path) -> dict[str, np.ndarray]:
    reader = tf.train.load_checkpoint(str(folder / CHECKPOINT))
    names = [
        name for name in reader.get_variable_to_shape_map() if name.startswith(("bert/", "cls/"))
    ]
    slots = ("/adam_m", "/adam_v")  # of the optimizer, in checkpoints of a running training
    return {name: reader.get_tensor(name) for name in names if not name.endswith(slots)}


def _lowercase(folder: Path, config: dict[str, Any]) -> bool:
    if "do_lower_case" in config:
        return bool(config["do_lower_case"])
    name = folder.resolve().name
    if "uncased" in name or "cased" in name:
        return "uncased" in name
    raise ValueError(
        f"{folder / CONFIG}: is text lower-cased? The released folders say it by their names "
        '(uncased_..., multi_cased_...); keep the name, or add "do_lower_case": true or false'
    )


def _activation(folder: Path, config: dict[str, Any]) -> str:
    if config["hidden_act"] not in _ACTIVATIONS:
        raise ValueError(
            f"{folder / CONFIG}: expected hidden_act {' or '.join(_ACTIVATIONS)}, got "
            f"{config['hidden_act']!r}"
        )
    return _ACTIVATIONS[config["hidden_act"]]
