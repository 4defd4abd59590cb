"""An encoder from a SavedModel, to be trained further: `export_tfhub`'s, or a BERT of TF Hub.

Shapes: B batch, L length, D width.
"""

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras_hub
import numpy as np
import tensorflow as tf

from tfmling.conversion import description as encoder_description
from tfmling.conversion.bert_names import assign_backbone, heads_from_released
from tfmling.conversion.hugging_face.vocabulary import fit_to_table
from tfmling.conversion.model_garden_names import model_garden_weights, sizes_of_released
from tfmling.conversion.saved_model import load_saved_model
from tfmling.core.errors import UnreadableError
from tfmling.modeling.encoder import ACTIVATIONS, BERT_EPSILON, Encoder
from tfmling.modeling.layout_error import UnsupportedLayoutError
from tfmling.modeling.pooling import KINDS, pool
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.vocabulary_files import find_vocabulary, read_vocabulary
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary

_TOLERANCE = 1e-4

Assign = Callable[[keras_hub.models.BertBackbone], dict[str, np.ndarray]]


def is_exported_encoder(folder: Path) -> bool:
    """Whether a folder is a SavedModel that owns a vocabulary."""
    owned = find_vocabulary(str(folder / "assets"))
    return owned is not None and (folder / "saved_model.pb").exists()


def load_exported_encoder(
    folder: Path, *, policy: str = "float32", dropout: float | None = None
) -> Encoder:
    """Builds the encoder whose weights a SavedModel holds, and proves that it is the same.

    Sizes are told by the shapes of the weights. Where assets hold no encoder.json, pooling and
    activation are found by comparing with what the SavedModel itself gives for a few ids.

    Args:
        folder: the `encoder` folder that `export_tfhub` wrote, or an encoder of TF Hub that Model
            Garden wrote.
        policy: Keras dtype policy.
        dropout: None is 0.1, as BERT.

    Raises:
        UnsupportedLayoutError: its variables are not those of a BERT of ours, or no pooling and
            activation give its outputs.
    """
    model = _load(folder)
    vocabulary = _vocabulary(folder, model)
    if (path := folder / "assets" / encoder_description.FILE).exists():
        return _load_described(folder, model, vocabulary, path, policy, dropout)
    sizes, assign = _weights(folder, model)
    sizes |= {"dropout": 0.1 if dropout is None else dropout}
    vocabulary = fit_to_table(vocabulary, sizes["vocabulary_size"], folder)
    epsilon = _epsilon(model)
    probe = _probe(len(vocabulary), sizes["max_sequence_length"])
    expected = model(probe)
    for hidden_act in ACTIVATIONS:
        plain = _encoder(sizes, assign, vocabulary, hidden_act, epsilon, "float32")
        pooling = _same_pooling(plain(probe), expected, probe["input_mask"])
        if pooling is not None:
            found = _encoder(sizes, assign, vocabulary, hidden_act, epsilon, policy)
            found.pooling = pooling
            return found
    raise UnsupportedLayoutError(
        f"{folder}: no pooling ({', '.join(KINDS)}) and activation give the outputs of this "
        "SavedModel; was it written by export_tfhub, or by Model Garden?"
    )


def _load(folder: Path) -> Any:
    try:
        return load_saved_model(str(folder))
    except UnreadableError as error:
        raise UnsupportedLayoutError(str(error)) from None


def _vocabulary(folder: Path, model: Any) -> SubwordVocabulary:
    found = read_vocabulary(str(folder / "assets"), bool(model.do_lower_case.numpy()))
    if not isinstance(found, WordPieceVocabulary) or not hasattr(model, "strip_accents"):
        return found
    return dataclasses.replace(
        found,
        strip_accents=bool(model.strip_accents.numpy()),
        split_chinese=bool(model.tokenize_chinese_chars.numpy()),
    )


def _load_described(
    folder: Path,
    model: Any,
    vocabulary: SubwordVocabulary,
    path: Path,
    policy: str,
    dropout: float | None,
) -> Encoder:
    """The encoder that encoder.json describes; its outputs are compared with the SavedModel's."""
    description = encoder_description.read_description(path)
    encoder_description.check_vocabulary(description, vocabulary, folder / vocabulary.FILE)
    values = _values(model)
    width = values[0].shape[-1]
    layers = encoder_description.encoder_options(description, width, path)["sentence_layers"]
    own = sum(len(layer.named_weights()) for layer in layers)
    backbone_values = values[: len(values) - own]
    sizes = _sizes(folder, backbone_values)
    sizes |= {"dropout": 0.1 if dropout is None else dropout}

    def build(policy: str) -> Encoder:
        options = encoder_description.encoder_options(description, width, path)
        backbone = keras_hub.models.BertBackbone(**sizes, dtype=policy)
        _assign_in_order(backbone_values, backbone)
        encoder = Encoder(backbone, vocabulary, **options)
        variables = [v for layer in encoder.sentence_layers for v in layer.trainable_variables]
        for variable, value in zip(variables, values[len(values) - own :], strict=True):
            variable.assign(value)
        return encoder

    probe = _probe(len(vocabulary), sizes["max_sequence_length"])
    ours, expected = build("float32")(probe)["default"], model(probe)["default"]
    if not np.allclose(ours, expected, atol=_TOLERANCE):
        raise UnsupportedLayoutError(
            f"{path}: expected the description of this SavedModel, whose outputs are other ones; "
            "restore the file"
        )
    return build(policy)


def _values(model: Any) -> list[np.ndarray]:
    """All weights, whatever is trainable: those kept in 16 bits are not."""
    return [v.numpy().astype(np.float32) for v in model.variables if v.dtype.is_floating]


def _weights(folder: Path, model: Any) -> tuple[dict[str, Any], Assign]:
    """The sizes of the backbone, and what gives it its weights and says those of its heads."""
    if released := model_garden_weights(model):
        return sizes_of_released(released), functools.partial(_assign_released, released)
    values = _values(model)
    return _sizes(folder, values), functools.partial(_assign_in_order, values)


def _assign_released(
    released: Mapping[str, np.ndarray], backbone: keras_hub.models.BertBackbone
) -> dict[str, np.ndarray]:
    assign_backbone(backbone, released)
    return heads_from_released(released)


def _assign_in_order(
    values: Sequence[np.ndarray], backbone: keras_hub.models.BertBackbone
) -> dict[str, np.ndarray]:
    for variable, value in zip(backbone.trainable_variables, values, strict=True):
        variable.assign(value)
    return {}


def _sizes(folder: Path, values: list[np.ndarray]) -> dict[str, Any]:
    """Of KerasHub's BERT: 5 weights of embeddings, 16 a layer, 2 of the pooler."""
    layers, rest = divmod(len(values) - 7, 16)
    if layers < 1 or rest or values[5].ndim != 3:
        raise UnsupportedLayoutError(
            f"{folder}: expected the weights of a BERT of ours, 7 and 16 a layer, got {len(values)}"
        )
    return {
        "vocabulary_size": values[0].shape[0],
        "num_layers": layers,
        "num_heads": values[5].shape[1],
        "hidden_dim": values[0].shape[1],
        "intermediate_dim": values[17].shape[1],
        "max_sequence_length": values[1].shape[0],
        "num_segments": values[2].shape[0],
    }


def _epsilon(model: Any) -> float:
    """Of the layer norms, as `export_tfhub` writes it beside an encoder; else BERT's."""
    said = getattr(model, "layer_norm_epsilon", None)
    return BERT_EPSILON if said is None else float(said.numpy())


def _encoder(
    sizes: dict[str, Any],
    assign: Assign,
    vocabulary: SubwordVocabulary,
    hidden_act: str,
    epsilon: float,
    policy: str,
) -> Encoder:
    backbone = keras_hub.models.BertBackbone(**sizes, dtype=policy)
    heads = assign(backbone)
    return Encoder(
        backbone,
        vocabulary,
        hidden_act=hidden_act,
        layer_norm_epsilon=epsilon,
        head_weights=heads,
    )


def _probe(vocabulary_size: int, max_length: int) -> dict[str, tf.Tensor]:
    length = min(8, max_length)
    ids_BL = np.random.default_rng(1).integers(0, vocabulary_size, (2, length))
    mask_BL = np.ones_like(ids_BL)
    mask_BL[1, length // 2 :] = 0
    return {
        "input_word_ids": tf.constant(ids_BL, tf.int32),
        "input_mask": tf.constant(mask_BL, tf.int32),
        "input_type_ids": tf.zeros(ids_BL.shape, tf.int32),
    }


def _same_pooling(
    ours: dict[str, tf.Tensor], expected: dict[str, tf.Tensor], mask_BL: tf.Tensor
) -> str | None:
    """The pooling that gives the expected vectors; None where already the states differ."""
    seen_BL1 = tf.cast(mask_BL, tf.float32)[:, :, tf.newaxis]
    states = [outputs["sequence_output"] * seen_BL1 for outputs in (ours, expected)]
    if not np.allclose(states[0], states[1], atol=_TOLERANCE):
        return None
    for kind in KINDS:
        vectors_BD = pool(kind, ours["sequence_output"], mask_BL, ours["pooled_output"])
        if np.allclose(vectors_BD, expected["default"], atol=_TOLERANCE):
            return kind
    return None
