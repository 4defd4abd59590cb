"""encoder.json: what must be known of an encoder beside its weights and its vocabulary."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tfmling.conversion.json_file import read_object, values_of
from tfmling.modeling.encoder import ACTIVATIONS, BERT_EPSILON, Encoder
from tfmling.modeling.layout_error import UnsupportedLayoutError
from tfmling.modeling.pooling_kinds import KINDS
from tfmling.modeling.sentence_layers import build_sentence_layers
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary

FILE = "encoder.json"


def describe_encoder(encoder: Encoder) -> dict[str, Any]:
    """What encoder.json holds."""
    vocabulary = encoder.vocabulary
    splitting: dict[str, Any] = {"lowercase": vocabulary.lowercase}
    if isinstance(vocabulary, WordPieceVocabulary):
        splitting["strip_accents"] = vocabulary.strip_accents
        splitting["split_chinese"] = vocabulary.split_chinese
    return splitting | {
        "pooling": encoder.pooling,
        "sentence_layers": [layer.describe() for layer in encoder.sentence_layers],
        "max_text_length": encoder.max_text_length,
        "sentence_config": encoder.sentence_config,
        "hidden_act": encoder.hidden_act,
        "layer_norm_epsilon": encoder.layer_norm_epsilon,
        "has_pooler": encoder.has_pooler,
        "vocabulary_sha256": vocabulary.sha256,
    }


def as_json(encoder: Encoder) -> str:
    """encoder.json as text."""
    return json.dumps(describe_encoder(encoder), indent=2, ensure_ascii=False) + "\n"


def read_description(path: Path) -> dict[str, Any]:
    """Read encoder.json; what older releases did not write gets its value of then.

    Raises:
        UnsupportedLayoutError: a key is missing or has an impossible value.
    """
    with values_of(path):
        return _checked(path, read_object(path))


def _checked(path: Path, found: dict[str, Any]) -> dict[str, Any]:
    for key, known in (("pooling", KINDS), ("hidden_act", tuple(ACTIVATIONS))):
        if found.get(key) not in known:
            raise UnsupportedLayoutError(
                f"{path}: {key}: expected {', '.join(known)}, got {found.get(key)!r}; restore the "
                "file"
            )
    if not isinstance(found.get("lowercase"), bool):
        raise UnsupportedLayoutError(
            f"{path}: lowercase: expected true or false, got {found.get('lowercase')!r}; restore "
            "the file"
        )
    _check_numbers(path, found)
    for key, kind in (("sentence_layers", list), ("sentence_config", dict)):
        if not isinstance(found.get(key, kind()), kind):
            raise UnsupportedLayoutError(
                f"{path}: {key}: expected {kind.__name__}, got {found[key]!r:.80}; restore the file"
            )
    for key in ("strip_accents", "split_chinese", "has_pooler"):
        if not isinstance(found.get(key, True), bool):
            raise UnsupportedLayoutError(
                f"{path}: {key}: expected true or false, got {found[key]!r:.80}; restore the file"
            )
    return {
        "strip_accents": found["lowercase"],
        "split_chinese": True,
        "sentence_layers": [],
        "max_text_length": None,
        "sentence_config": {},
        "layer_norm_epsilon": BERT_EPSILON,
        "has_pooler": True,
    } | found


def _check_numbers(path: Path, found: Mapping[str, Any]) -> None:
    epsilon, length = found.get("layer_norm_epsilon", BERT_EPSILON), found.get("max_text_length")
    if not isinstance(epsilon, float) or not 0 < epsilon < 1:
        raise UnsupportedLayoutError(
            f"{path}: layer_norm_epsilon: expected a number from 0 to 1, got {epsilon!r}"
        )
    if length is not None and (not isinstance(length, int) or length < 3):
        raise UnsupportedLayoutError(
            f"{path}: max_text_length: expected a whole number of at least 3, got {length!r}"
        )


def encoder_options(description: Mapping[str, Any], width: int, path: Path) -> dict[str, Any]:
    """The options of `Encoder` that a description gives; its sentence layers have new weights.

    Args:
        description: as `read_description` gives it.
        width: of the token states.
        path: of the file, named in the error.

    Raises:
        UnsupportedLayoutError: sentence layers that cannot be built.
    """
    try:
        layers = build_sentence_layers(description["sentence_layers"], width)
    except (ValueError, TypeError, AttributeError) as error:
        raise UnsupportedLayoutError(f"{path}: sentence_layers: {error}") from None
    kept = ("pooling", "hidden_act", "layer_norm_epsilon", "has_pooler", "max_text_length")
    options = {key: description[key] for key in kept}
    return options | {
        "sentence_layers": layers,
        "sentence_config": description["sentence_config"],
    }


def check_vocabulary(
    description: Mapping[str, Any], vocabulary: SubwordVocabulary, path: Path
) -> None:
    """Check that a vocabulary is the one that the weights were saved with.

    Raises:
        UnsupportedLayoutError: it is another one.
    """
    saved = description.get("vocabulary_sha256", vocabulary.sha256)
    if saved != vocabulary.sha256:
        raise UnsupportedLayoutError(
            f"{path} is not the vocabulary these weights were saved with: expected sha256 {saved}, "
            f"got {vocabulary.sha256}. Restore the file."
        )
