"""encoder.json: the settings of an encoder beside its weights and its vocabulary."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tfmling.conversion.layout_files import (
    UnsupportedLayoutError,
    blame_file,
    blame_values,
    read_object,
    reject,
)
from tfmling.modeling.encoder import ACTIVATIONS, BERT_EPSILON, Encoder
from tfmling.modeling.pooling_kinds import KINDS
from tfmling.modeling.sentence_layers import build_sentence_layers
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary

FILE = "encoder.json"
_ENCODER_OPTIONS = ("pooling", "hidden_act", "layer_norm_epsilon", "has_pooler", "max_text_length",
                    "sentence_config")  # fmt: skip

_DEFAULTS: dict[str, Any] = {
    "split_chinese": True,
    "sentence_layers": [],
    "max_text_length": None,
    "sentence_config": {},
    "layer_norm_epsilon": BERT_EPSILON,
    "has_pooler": True,
}


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


# key, what is expected, whether a value is that
_CHECKS: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("pooling", ", ".join(KINDS), lambda value: value in KINDS),
    ("hidden_act", ", ".join(ACTIVATIONS), lambda value: value in tuple(ACTIVATIONS)),
    ("lowercase", "true or false", _is_bool),
    (
        "layer_norm_epsilon",
        "a number from 0 to 1",
        lambda value: isinstance(value, float) and 0 < value < 1,
    ),
    (
        "max_text_length",
        "a whole number of at least 3",
        lambda value: value is None or (isinstance(value, int) and value >= 3),
    ),
    ("sentence_layers", "list", lambda value: isinstance(value, list)),
    ("sentence_config", "dict", lambda value: isinstance(value, dict)),
    ("strip_accents", "true or false", _is_bool),
    ("split_chinese", "true or false", _is_bool),
    ("has_pooler", "true or false", _is_bool),
)


def describe_encoder(encoder: Encoder) -> str:
    """The content of encoder.json.

    Example:
        >>> json.loads(describe_encoder(encoder))["pooling"]
        'mean'
    """
    vocabulary = encoder.vocabulary
    values: dict[str, Any] = {"lowercase": vocabulary.lowercase}
    if isinstance(vocabulary, WordPieceVocabulary):
        values["strip_accents"] = vocabulary.strip_accents
        values["split_chinese"] = vocabulary.split_chinese
    values |= {
        "pooling": encoder.pooling,
        "sentence_layers": [layer.describe() for layer in encoder.sentence_layers],
        "max_text_length": encoder.max_text_length,
        "sentence_config": encoder.sentence_config,
        "hidden_act": encoder.hidden_act,
        "layer_norm_epsilon": encoder.layer_norm_epsilon,
        "has_pooler": encoder.has_pooler,
        "vocabulary_sha256": vocabulary.sha256,
    }
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def read_description(path: Path) -> dict[str, Any]:
    """Read encoder.json; a key that an older version did not write gets that version's value.

    Raises:
        UnsupportedLayoutError: if a key is missing or has an impossible value.

    Example:
        >>> path = Path("encoder.json")
        >>> _ = path.write_text(describe_encoder(encoder))
        >>> read_description(path)["max_text_length"]
        32
    """
    with blame_values(path):
        found = read_object(path)
        values = {"strip_accents": found.get("lowercase")} | _DEFAULTS | found
        for key, expected, is_valid in _CHECKS:
            if not is_valid(value := values.get(key)):
                reject(f"{path}: {key}", expected, f"{value!r:.80}", "restore the file")
        return values


def encoder_options(description: Mapping[str, Any], width: int, path: Path) -> dict[str, Any]:
    """The arguments of `Encoder` that a description contains, with new sentence layers.

    Args:
        description: from `read_description`.
        width: of the token states.
        path: of the file, for the error.

    Raises:
        UnsupportedLayoutError: if the sentence layers cannot be built.

    Example:
        >>> description = json.loads(describe_encoder(encoder))
        >>> encoder_options(description, 16, Path("encoder.json"))["pooling"]
        'mean'
    """
    with blame_file(f"{path}: sentence_layers", errors=(TypeError, AttributeError)):
        layers = build_sentence_layers(description["sentence_layers"], width)
    return {key: description[key] for key in _ENCODER_OPTIONS} | {"sentence_layers": layers}


def check_vocabulary(
    description: Mapping[str, Any], vocabulary: SubwordVocabulary, path: Path
) -> None:
    """Check that a vocabulary is the one that the weights were saved with.

    Raises:
        UnsupportedLayoutError: if it is another one.

    Example:
        >>> args = {"vocabulary_sha256": "0"}, encoder.vocabulary, Path("a")
        >>> check_vocabulary(*args)  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
            ...
        UnsupportedLayoutError: a is not the vocabulary these weights were saved with
    """
    saved = description.get("vocabulary_sha256", vocabulary.sha256)
    if saved != vocabulary.sha256:
        raise UnsupportedLayoutError(
            f"{path} is not the vocabulary these weights were saved with: expected sha256 {saved}, "
            f"got {vocabulary.sha256}. Restore the file."
        )
