"""KerasHub's layout: folders of ours, and presets of BERT and XLM-R.

A folder of ours is a preset (config.json, model.weights.h5) with vocab.txt or
sentencepiece.bpe.model, encoder.json and, if the encoder has them, heads.safetensors and
sentence_layers.safetensors.
"""

import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import keras_hub
import numpy as np

from tfmling.conversion import encoder_json
from tfmling.conversion.bert_weights import initialize_pooler
from tfmling.conversion.hugging_face.vocabulary import fit_to_table
from tfmling.conversion.layout_files import (
    UnsupportedLayoutError,
    blame_file,
    read_object,
    reject,
)
from tfmling.conversion.safetensors_files import check_finite, read_tensors, write_tensors
from tfmling.conversion.supported_layout import is_keras_folder, network
from tfmling.core import files
from tfmling.core.errors import MissingFileError
from tfmling.modeling.encoder import BERT_EPSILON, Encoder
from tfmling.modeling.heads import check_head_weights
from tfmling.modeling.sentence_layers import assign_sentence_weights, read_sentence_weights
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.vocabulary_files import find_vocabulary, read_vocabulary_file
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary

CONFIG, WEIGHTS = "config.json", "model.weights.h5"
_METADATA = "metadata.json"
HEADS, SENTENCE_LAYERS = "heads.safetensors", "sentence_layers.safetensors"
_OURS = (WordPieceVocabulary.FILE, SentencePieceVocabulary.FILE, HEADS, SENTENCE_LAYERS)
_KERAS_HUB = ("assets/tokenizer/vocabulary.txt", "assets/tokenizer/vocabulary.spm")
_TASK_WEIGHTS = "task.weights.h5"
_XLM_R_EPSILON = 1e-5
_HDF5_ERRORS = (KeyError, OSError, RuntimeError)
_HDF5_BYTES = 1 << 18  # structure of an HDF5 file beside the weights
_SHARED_SIZES = ("vocabulary_size", "num_layers", "num_heads", "hidden_dim", "intermediate_dim",
                 "dropout", "max_sequence_length")  # fmt: skip
_KERAS_PACKAGES = ("keras", "keras_hub", "keras_nlp")
_CODE = ("__lambda__", "function", "Lambda", "__typespec__")
# options of KerasHub's WordPiece tokenizer with which it equals BERT's
_TOKENIZER = {
    "split": True,
    "suffix_indicator": "##",
    "oov_token": "[UNK]",
    "special_tokens_in_strings": False,
}

detect = is_keras_folder


def read(folder: Path, policy: str, dropout: float | None = None) -> Encoder:
    """Read a folder of ours or a preset of KerasHub.

    Args:
        folder: of the encoder.
        policy: Keras dtype policy.
        dropout: probability during training; None keeps the folder's own.

    Raises:
        FileNotFoundError: if a file of the folder is missing.
        UnsupportedLayoutError: names the file and what does not fit in it.

    Example:
        >>> write(encoder, folder)
        >>> read(Path(folder), policy="float32").embedding_dim
        16
    """
    path = folder / encoder_json.FILE
    if not path.exists():
        _reject_lost_description(folder)
        _reject_tasks(folder)
        return _load_preset(folder, policy, dropout)
    description = encoder_json.read_description(path)
    vocabulary = read_vocabulary(folder)
    encoder_json.check_vocabulary(description, vocabulary, folder / vocabulary.FILE)
    backbone = _load_backbone(folder, policy, dropout)
    if backbone.vocabulary_size != len(vocabulary):
        expected = f"{len(vocabulary)}, the pieces of {vocabulary.FILE}"
        hint = "restore the file that was changed"
        reject(f"{folder / CONFIG}: vocabulary_size", expected, backbone.vocabulary_size, hint)
    options = encoder_json.encoder_options(description, backbone.hidden_dim, path)
    encoder = Encoder(backbone, vocabulary, head_weights=_read_heads(folder, backbone), **options)
    _load_sentence_layers(folder, encoder)
    return encoder


def write(encoder: Encoder, folder: str) -> None:
    """Write an encoder into an existing or new local folder.

    Raises:
        OSError: if there is not enough space.

    Example:
        >>> write(encoder, folder)
        >>> read(Path(folder), policy="float32").pooling
        'mean'
    """
    weight_bytes = sum(math.prod(weight.shape) * 4 for weight in encoder.backbone.variables)
    files.reserve_space(folder, weight_bytes + _HDF5_BYTES)  # HDF5 does not survive a full disk
    encoder.backbone.save_to_preset(folder)
    encoder.vocabulary.write(files.join(folder, encoder.vocabulary.FILE))
    if isinstance(encoder.vocabulary, WordPieceVocabulary):
        _write_keras_hub_tokenizer(encoder.vocabulary, folder)
    description = encoder_json.describe_encoder(encoder)
    files.write_text(files.join(folder, encoder_json.FILE), description)
    if encoder.head_weights:
        write_tensors(encoder.head_weights, Path(folder) / HEADS)
    if weights := read_sentence_weights(encoder.sentence_layers):
        write_tensors(weights, Path(folder) / SENTENCE_LAYERS)
    _drop_date(files.join(folder, _METADATA))


def _drop_date(path: str) -> None:
    """Remove the date that KerasHub writes but never reads: equal encoders give equal bytes."""
    values = read_object(Path(path))
    files.write_json(path, {key: value for key, value in values.items() if key != "date_saved"})


def _write_keras_hub_tokenizer(vocabulary: WordPieceVocabulary, folder: str) -> None:
    """Write KerasHub's tokenizer beside ours, so that the folder is a complete preset.

    KerasHub's BERT has no SentencePiece tokenizer.
    """
    keras_hub.models.BertTokenizer(
        vocabulary=list(vocabulary.pieces),
        lowercase=vocabulary.lowercase,
        strip_accents=bool(vocabulary.strip_accents),
        split_on_cjk=vocabulary.split_chinese,
    ).save_to_preset(folder)


def _reject_lost_description(folder: Path) -> None:
    for name in _OURS:
        if (folder / name).exists():
            raise UnsupportedLayoutError(
                f"{folder / encoder_json.FILE}: no such file, though {name} is beside it; "
                "expected how sentence vectors are made; restore the file"
            )


def _reject_tasks(folder: Path) -> None:
    """Reject a preset of a task, such as BertMaskedLM: its head would be lost."""
    path = folder / _TASK_WEIGHTS
    if path.exists():
        kind = read_object(folder / "task.json").get("class_name", "a task")
        raise UnsupportedLayoutError(
            f"{path}: expected a backbone alone, got the head of {kind!r:.80}, which would be "
            "lost; save the tokenizer and the backbone alone: "
            "keras_hub.models.Backbone.from_preset(folder).save_to_preset(new_folder)"
        )


def read_vocabulary(folder: Path) -> SubwordVocabulary:
    """Read the vocabulary of a folder of ours or of a preset.

    Raises:
        FileNotFoundError: if the folder has no vocabulary.

    Example:
        >>> write(encoder, folder)
        >>> read_vocabulary(Path(folder)) == encoder.vocabulary
        True
    """
    found = find_vocabulary(str(folder))
    paths = [found] if found else [str(folder / n) for n in _KERAS_HUB if (folder / n).exists()]
    if not paths:
        raise MissingFileError(
            f"{folder}: expected {WordPieceVocabulary.FILE} (BERT's WordPiece vocabulary), "
            f"{SentencePieceVocabulary.FILE} (XLM-R's) or {_KERAS_HUB[0]}, found none of them"
        )
    options = _split_options(folder)
    if paths[0].endswith((".model", ".spm")):
        return SentencePieceVocabulary.read(paths[0])
    vocabulary = read_vocabulary_file(paths[0], options["lowercase"])
    assert isinstance(vocabulary, WordPieceVocabulary)
    return WordPieceVocabulary(vocabulary.pieces, **options)


def _split_options(folder: Path) -> dict[str, Any]:
    """WordPiece's options `lowercase`, `strip_accents` and `split_chinese`."""
    path = folder / encoder_json.FILE
    if path.exists():
        description = encoder_json.read_description(path)
        return {key: description[key] for key in ("lowercase", "strip_accents", "split_chinese")}
    path = folder / "tokenizer.json"
    config = read_object(path).get("config") or {}
    for key, expected in _TOKENIZER.items():
        if config.get(key, expected) != expected:
            raise UnsupportedLayoutError(
                f"{path}: config.{key}: expected {expected!r}, got {config[key]!r}; this would "
                "tokenize text differently, which is not supported"
            )
    lowercase = config.get("lowercase", False)
    return {
        "lowercase": lowercase,
        "strip_accents": config.get("strip_accents", False),
        "split_chinese": config.get("split_on_cjk", True),
    }


def _load_preset(folder: Path, policy: str, dropout: float | None) -> Encoder:
    is_xlm_roberta = network(folder) == "xlmroberta"
    backbone = _load_backbone(folder, policy, dropout)
    vocabulary = fit_to_table(read_vocabulary(folder), backbone.vocabulary_size, folder / CONFIG)
    return Encoder(
        backbone,
        vocabulary,
        pooling="cls",
        hidden_act="gelu" if is_xlm_roberta else "gelu_approximate",
        layer_norm_epsilon=_XLM_R_EPSILON if is_xlm_roberta else BERT_EPSILON,
        has_pooler=not is_xlm_roberta,
    )


def _reject_code(value: Any, path: Path) -> None:
    """Reject configurations that would run other code: Keras instantiates each `class_name`.

    Raises:
        UnsupportedLayoutError: if a mapping names a lambda, a function, or a class of other code.
    """
    if isinstance(value, dict) and "class_name" in value:
        name, module = value["class_name"], value.get("module") or "keras"
        package = str(module).partition(".")[0]
        if package not in _KERAS_PACKAGES or not str(name).isidentifier() or name in _CODE:
            raise UnsupportedLayoutError(
                f"{path}: expected classes of Keras and KerasHub only, found {module}.{name!s:.80}"
            )
    inside = value.values() if isinstance(value, dict) else value
    for item in inside if isinstance(value, (dict, list)) else ():
        _reject_code(item, path)


def _load_backbone(
    folder: Path, policy: str, dropout: float | None
) -> keras_hub.models.BertBackbone:
    options = {} if dropout is None else {"dropout": dropout}
    is_xlm_roberta = network(folder) == "xlmroberta"
    models = keras_hub.models
    kind = models.XLMRobertaBackbone if is_xlm_roberta else models.BertBackbone
    path = folder / WEIGHTS
    if not path.exists():
        raise MissingFileError(f"{path}: no such file; expected the weights of the encoder")
    _reject_code(read_object(folder / CONFIG), folder / CONFIG)
    errors = (TypeError, KeyError, AttributeError)
    with blame_file(folder / CONFIG, f"the configuration of a {kind.__name__}", errors=errors):
        backbone = kind.from_preset(str(folder), load_weights=False, dtype=policy, **options)
    _check_shapes(folder, backbone)
    with blame_file(path, f"the weights that {CONFIG} describes", errors=_HDF5_ERRORS):
        backbone.load_weights(str(path))
    for weight in backbone.weights:
        check_finite(weight.numpy(), weight.path, path)
    return _to_bert(backbone, policy) if is_xlm_roberta else backbone


def _to_bert(
    xlm_roberta: keras_hub.models.XLMRobertaBackbone, policy: str
) -> keras_hub.models.BertBackbone:
    """Convert an XLM-R backbone (Conneau et al. 2020, 1911.02116) to a BERT.

    KerasHub's XLM-R has no pooler and a single segment, whose embedding is part of the positions:
    the segment embeddings of the BERT are zero.
    """
    config = xlm_roberta.get_config()
    backbone = keras_hub.models.BertBackbone(
        **{name: config[name] for name in _SHARED_SIZES}, dtype=policy
    )
    embeddings = xlm_roberta.embeddings
    pairs = [
        (embeddings.token_embedding, backbone.token_embedding),
        (embeddings.position_embedding, backbone.position_embedding),
        (xlm_roberta.embeddings_layer_norm, backbone.embeddings_layer_norm),
        *zip(xlm_roberta.transformer_layers, backbone.transformer_layers, strict=True),
    ]
    for old, new in pairs:
        for value, variable in zip(old.trainable_variables, new.trainable_variables, strict=True):
            variable.assign(value)
    segments = backbone.segment_embedding.embeddings
    segments.assign(np.zeros(segments.shape, np.float32))
    initialize_pooler(backbone)
    return backbone


def _check_shapes(folder: Path, backbone: keras_hub.models.Backbone) -> None:
    """Compare the shapes of all weights; Keras alone ignores weights that a model does not have.

    Raises:
        UnsupportedLayoutError: if the weights are not those that config.json describes.
    """
    path = folder / WEIGHTS
    with blame_file(path, "weights of Keras (HDF5)", "copy the file again", _HDF5_ERRORS):
        found = _stored_shapes(path)
    expected = Counter(
        tuple(weight.shape) for weight in backbone.weights if "float" in str(weight.dtype)
    )
    if found == expected:
        return
    more, fewer = found - expected, expected - found
    shown = ", ".join(
        f"{word} {sum(shapes.values())} of shape {list(next(iter(shapes)))}"
        for word, shapes in (("got further", more), ("lacks", fewer))
        if shapes
    )
    raise UnsupportedLayoutError(
        f"{path}: expected {sum(expected.values())} arrays of the sizes in {CONFIG}, {shown}; "
        "restore the file that was changed"
    )


def _stored_shapes(path: Path) -> Counter[tuple[int, ...]]:
    shapes: Counter[tuple[int, ...]] = Counter()

    def visit(_: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and item.dtype.kind in "fV":
            shapes[tuple(item.shape)] += 1

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return shapes


def _read_heads(folder: Path, backbone: keras_hub.models.BertBackbone) -> Mapping[str, np.ndarray]:
    path = folder / HEADS
    if not path.exists():
        return {}
    heads = read_tensors(path)
    with blame_file(path, hint="restore the file"):
        check_head_weights(heads, backbone.vocabulary_size, backbone.hidden_dim)
    return heads


def _load_sentence_layers(folder: Path, encoder: Encoder) -> None:
    path = folder / SENTENCE_LAYERS
    if read_sentence_weights(encoder.sentence_layers):
        with blame_file(path, hint="restore the file"):
            assign_sentence_weights(encoder.sentence_layers, read_tensors(path))
    elif path.exists():
        raise UnsupportedLayoutError(
            f"{path}: expected no such file, since {encoder_json.FILE} names no sentence "
            "layers with weights; restore the file that was changed"
        )
