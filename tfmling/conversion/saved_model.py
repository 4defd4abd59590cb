"""Encoders in SavedModels: those of `export_tfhub`, and BERTs of TF Hub by Model Garden.

Shapes: B batch, L length, D width.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import keras_hub
import numpy as np
import tensorflow as tf

from tfmling.conversion import encoder_json
from tfmling.conversion.bert_weights import assign_backbone, heads_from_released
from tfmling.conversion.hugging_face.vocabulary import fit_to_table
from tfmling.conversion.layout_files import UnsupportedLayoutError, reject, suggest_encoders
from tfmling.conversion.load_saved_model import load_saved_model
from tfmling.conversion.weight_names import from_model_garden
from tfmling.core.errors import UnreadableError
from tfmling.modeling.encoder import ACTIVATIONS, BERT_EPSILON, Encoder
from tfmling.modeling.pooling import KINDS, pool
from tfmling.tokenizers import vocabulary_files
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary

_TOLERANCE = 1e-4


def detect(folder: Path) -> bool:
    """Whether a folder is a SavedModel with a vocabulary among its assets.

    Example:
        >>> detect(Path(folder))
        False
    """
    vocabulary = vocabulary_files.find_vocabulary(str(folder / "assets"))
    return vocabulary is not None and (folder / "saved_model.pb").exists()


def read(folder: Path, policy: str = "float32", dropout: float | None = None) -> Encoder:
    """Build an encoder with a SavedModel's weights, and check that its outputs are equal.

    The shapes of the weights determine the sizes. Without encoder.json among the assets, pooling
    and activation are the ones that reproduce the SavedModel's outputs for a few ids.

    Args:
        folder: the `encoder` folder that `export_tfhub` wrote, or an encoder of TF Hub by Model
            Garden.
        policy: Keras dtype policy.
        dropout: None means 0.1, as in BERT.

    Raises:
        UnsupportedLayoutError: if its variables are not a BERT's, or no pooling and activation
            reproduce its outputs.
    """
    model = _load(folder)
    _require_ids(model, folder)
    vocabulary = _read_vocabulary(folder, model)
    if (path := folder / "assets" / encoder_json.FILE).exists():
        return _read_described(folder, model, vocabulary, path, policy, dropout)
    released = _model_garden_weights(model)
    values = [] if released else _values(model)
    sizes: dict[str, Any] = _released_sizes(released) if released else _sizes(folder, values)
    sizes["dropout"] = 0.1 if dropout is None else dropout
    vocabulary = fit_to_table(vocabulary, sizes["vocabulary_size"], folder)

    def build(policy: str, hidden_act: str, pooling: str = "mean") -> Encoder:
        backbone = keras_hub.models.BertBackbone(**sizes, dtype=policy)
        if released:
            assign_backbone(backbone, released)
        else:
            _assign_in_order(values, backbone.trainable_variables)
        return Encoder(
            backbone,
            vocabulary,
            pooling=pooling,
            hidden_act=hidden_act,
            layer_norm_epsilon=_epsilon(model),
            head_weights=heads_from_released(released),
        )

    probe = _probe(len(vocabulary), sizes["max_sequence_length"])
    expected = model(probe)
    for hidden_act in ACTIVATIONS:
        outputs = build("float32", hidden_act)(probe)
        if (pooling := _find_pooling(outputs, expected, probe["input_mask"])) is not None:
            return build(policy, hidden_act, pooling)
    raise UnsupportedLayoutError(
        f"{folder}: no pooling ({', '.join(KINDS)}) and activation give the outputs of this "
        "SavedModel; was it written by export_tfhub, or by Model Garden?"
    )


def _require_ids(model: Any, folder: Path) -> None:
    """Check that a SavedModel takes what encoders take."""
    try:
        model(_probe(vocabulary_size=5, max_length=3))
    except (TypeError, ValueError, tf.errors.OpError):
        raise UnsupportedLayoutError(
            f"{folder}: expected a SavedModel of an encoder, from ids to vectors, found one that "
            f"takes something else{suggest_encoders(folder.parent)}"
        ) from None


def _load(folder: Path) -> Any:
    try:
        return load_saved_model(str(folder))
    except UnreadableError as error:
        raise UnsupportedLayoutError(str(error)) from None


def read_vocabulary(folder: Path) -> SubwordVocabulary:
    """Read the vocabulary, without padding to the size of the embedding table.

    Example:
        >>> encoder.vocabulary.write("vocab.txt")
        >>> vocabulary, lowercase = tf.saved_model.Asset("vocab.txt"), tf.Variable(False)
        >>> model = tf.train.Checkpoint(vocabulary=vocabulary, do_lower_case=lowercase)
        >>> tf.saved_model.save(model, "model")
        >>> read_vocabulary(Path("model")) == encoder.vocabulary
        True
    """
    return _read_vocabulary(folder, _load(folder))


def _read_vocabulary(folder: Path, model: Any) -> SubwordVocabulary:
    lowercase = bool(model.do_lower_case.numpy())
    found = vocabulary_files.read_vocabulary(str(folder / "assets"), lowercase)
    if not isinstance(found, WordPieceVocabulary) or not hasattr(model, "strip_accents"):
        return found
    return dataclasses.replace(
        found,
        strip_accents=bool(model.strip_accents.numpy()),
        split_chinese=bool(model.tokenize_chinese_chars.numpy()),
    )


def _read_described(
    folder: Path,
    model: Any,
    vocabulary: SubwordVocabulary,
    path: Path,
    policy: str,
    dropout: float | None,
) -> Encoder:
    """Build the encoder that encoder.json describes and compare its outputs."""
    description = encoder_json.read_description(path)
    encoder_json.check_vocabulary(description, vocabulary, folder / vocabulary.FILE)
    values = _values(model)
    width = values[0].shape[-1]
    layers = encoder_json.encoder_options(description, width, path)["sentence_layers"]
    own = sum(len(layer.named_weights()) for layer in layers)
    backbone_values = values[: len(values) - own]
    sizes = _sizes(folder, backbone_values)
    sizes["dropout"] = 0.1 if dropout is None else dropout

    def build(policy: str) -> Encoder:
        options = encoder_json.encoder_options(description, width, path)
        backbone = keras_hub.models.BertBackbone(**sizes, dtype=policy)
        _assign_in_order(backbone_values, backbone.trainable_variables)
        encoder = Encoder(backbone, vocabulary, **options)
        variables = [v for layer in encoder.sentence_layers for v in layer.trainable_variables]
        _assign_in_order(values[len(values) - own :], variables)
        return encoder

    probe = _probe(len(vocabulary), sizes["max_sequence_length"])
    ours, expected = build("float32")(probe)["default"], model(probe)["default"]
    if not np.allclose(ours, expected, atol=_TOLERANCE):
        raise UnsupportedLayoutError(
            f"{path}: expected the description of this SavedModel, but its outputs differ; "
            "restore the file"
        )
    return build(policy)


def _values(model: Any) -> list[np.ndarray]:
    """All weights as float32; weights in 16 bits are not trainable variables."""
    return [
        v.numpy().astype(np.float32) for v in getattr(model, "variables", ()) if v.dtype.is_floating
    ]


def _assign_in_order(values: Sequence[np.ndarray], variables: Sequence[keras.Variable]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _sizes(folder: Path, values: list[np.ndarray]) -> dict[str, Any]:
    """Sizes from KerasHub's order: 5 weights of embeddings, 16 per layer, 2 of the pooler."""
    layers, rest = divmod(len(values) - 7, 16)
    if layers < 1 or rest or values[5].ndim != 3:
        reject(folder, "the weights of a BERT of ours, 7 and 16 a layer", len(values))
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
    """Epsilon of the layer norms, which `export_tfhub` stores; otherwise BERT's."""
    stored = getattr(model, "layer_norm_epsilon", None)
    return BERT_EPSILON if stored is None else float(stored.numpy())


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


def _find_pooling(
    ours: dict[str, tf.Tensor], expected: dict[str, tf.Tensor], mask_BL: tf.Tensor
) -> str | None:
    """The pooling that reproduces the expected vectors; None if the token states differ already."""
    mask_BL1 = tf.cast(mask_BL, tf.float32)[:, :, tf.newaxis]
    states = [outputs["sequence_output"] * mask_BL1 for outputs in (ours, expected)]
    if not np.allclose(states[0], states[1], atol=_TOLERANCE):
        return None
    for kind in KINDS:
        vectors_BD = pool(kind, ours["sequence_output"], mask_BL, ours["pooled_output"])
        if np.allclose(vectors_BD, expected["default"], atol=_TOLERANCE):
            return kind
    return None


def _model_garden_weights(model: Any) -> dict[str, np.ndarray]:
    """Weights by released names; {} if Model Garden did not write the SavedModel.

    Some of these SavedModels also have a masked-LM head, `mlm`.
    """
    variables = list(model.variables) + list(getattr(model, "mlm", model).variables)
    weights = {from_model_garden(v.name.removesuffix(":0")): v.numpy() for v in variables}
    return weights if "bert/embeddings/word_embeddings" in weights else {}


def _released_sizes(weights: Mapping[str, np.ndarray]) -> dict[str, int]:
    """Arguments of KerasHub's BertBackbone; queries must have the shape [D, heads, size]."""
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
