"""A vocabulary out of `tokenizer.json`: transformers 5 writes no vocab.txt and no model file."""

import base64
from pathlib import Path
from typing import Any

from tfmling.conversion.json_file import read_object, values_of
from tfmling.modeling.layout_error import UnsupportedLayoutError
from tfmling.tokenizers.sentence_piece_proto import CONTROL, NORMAL, UNKNOWN, SentencePieceModel
from tfmling.tokenizers.sentence_piece_vocabulary import (
    CLS,
    FIRST_PIECES,
    MASK,
    SEP,
    UNK,
    is_unused,
)

_FILE = "tokenizer.json"
_SPECIALS = ((UNK, UNKNOWN), (CLS, CONTROL), (SEP, CONTROL))  # ids 0, 1, 2 of a model


def read_fast_pieces(folder: Path) -> list[str]:
    """The WordPieces in the order of their ids.

    Raises:
        UnsupportedLayoutError: the ids are not 0, 1, 2, ...
    """
    ids = _model(folder).get("vocab") or {}
    with values_of(folder / _FILE):
        pieces = sorted(ids, key=ids.__getitem__)
    if [ids[piece] for piece in pieces] != list(range(len(pieces))):
        raise UnsupportedLayoutError(
            f"{folder / _FILE}: model.vocab: expected the ids 0 to {len(pieces) - 1}, each once"
        )
    return pieces


def read_scored_pieces(folder: Path) -> list[tuple[str, float]]:
    """The pieces of a unigram model with their scores, in the order of their ids."""
    with values_of(folder / _FILE):
        listed = _model(folder).get("vocab") or []
        if any(not isinstance(piece, str) for piece, _ in listed):
            raise TypeError("a piece that is no text")
        return [(piece, float(score)) for piece, score in listed]


def read_sentence_piece_model(folder: Path) -> bytes:
    """The SentencePiece model that an XLM-R's tokenizer.json was made of.

    Raises:
        UnsupportedLayoutError: the specials are not XLM-R's, or text is not normalized by a table
            of SentencePiece.
    """
    scored = read_scored_pieces(folder)
    pieces = [piece for piece, _ in scored]
    first = tuple(pieces[: len(FIRST_PIECES)])
    if first != FIRST_PIECES or MASK not in pieces:
        raise UnsupportedLayoutError(
            f"{folder / _FILE}: expected the pieces of an XLM-R, {', '.join(FIRST_PIECES)} first "
            f"and {MASK} among them, got {', '.join(first)} first"
        )
    model = SentencePieceModel()
    for piece, kind in _SPECIALS:
        model.pieces.add(piece=piece, score=0.0, type=kind)
    # the mask is a piece of the model only where others stand behind it
    for piece, score in scored[len(FIRST_PIECES) : -1 if pieces[-1] == MASK else None]:
        is_control = piece == MASK or is_unused(piece)
        model.pieces.add(piece=piece, score=score, type=CONTROL if is_control else NORMAL)
    model.normalizer_spec.precompiled_charsmap = _character_map(folder)
    return model.SerializeToString()


def _character_map(folder: Path) -> bytes:
    with values_of(folder / _FILE):
        normalizer = read_object(folder / _FILE).get("normalizer") or {}
        steps = normalizer.get("normalizers", [normalizer])
        found = [
            step["precompiled_charsmap"] for step in steps if step.get("type") == "Precompiled"
        ]
        maps = [base64.b64decode(each) for each in found]
    if len(maps) != 1:
        raise UnsupportedLayoutError(
            f"{folder / _FILE}: expected a normalizer with one precompiled_charsmap, as XLM-R's, "
            f"got {len(maps)}; put the sentencepiece.bpe.model of this encoder into the folder"
        )
    return maps[0]


def _model(folder: Path) -> dict[str, Any]:
    model = read_object(folder / _FILE).get("model") or {}
    if not isinstance(model, dict):
        raise UnsupportedLayoutError(
            f"{folder / _FILE}: model: expected an object, got {model!r:.80}"
        )
    return model
