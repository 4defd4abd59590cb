"""A vocabulary out of `tokenizer.json`: transformers 5 writes no vocab.txt and no model file."""

import base64
import json
from pathlib import Path
from typing import Any

from tfmling.vocab.sentence_piece_proto import CONTROL, NORMAL, UNKNOWN, SentencePieceModel
from tfmling.vocab.sentence_piece_vocabulary import CLS, FIRST_PIECES, MASK, SEP, UNK

_FILE = "tokenizer.json"
_SPECIALS = ((UNK, UNKNOWN), (CLS, CONTROL), (SEP, CONTROL))  # ids 0, 1, 2 of a model


def is_fast_tokenizer(folder: Path) -> bool:
    """Whether a folder has a WordPiece tokenizer of Hugging Face's library `tokenizers`."""
    return (folder / _FILE).exists() and _model(folder).get("type") == "WordPiece"


def read_pieces(folder: Path) -> tuple[str, ...]:
    """The pieces in the order of their ids.

    Raises:
        ValueError: the ids are not 0, 1, 2, ...
    """
    ids = _model(folder)["vocab"]
    pieces = tuple(sorted(ids, key=ids.__getitem__))
    if [ids[piece] for piece in pieces] != list(range(len(pieces))):
        raise ValueError(f"{folder / _FILE}: expected the ids 0 to {len(pieces) - 1}, each once")
    return pieces


def is_fast_sentence_piece(folder: Path) -> bool:
    """Whether a folder has a unigram tokenizer of Hugging Face's library `tokenizers`."""
    return (folder / _FILE).exists() and _model(folder).get("type") == "Unigram"


def read_sentence_piece_model(folder: Path) -> bytes:
    """The SentencePiece model that an XLM-R's tokenizer.json was made of.

    Raises:
        ValueError: the specials are not XLM-R's, or text is not normalised by a table of
            SentencePiece.
    """
    scored = _model(folder)["vocab"]
    pieces = [piece for piece, _ in scored]
    first = tuple(pieces[: len(FIRST_PIECES)])
    if first != FIRST_PIECES or MASK not in pieces:
        raise ValueError(
            f"{folder / _FILE}: expected the pieces of an XLM-R, {', '.join(FIRST_PIECES)} first "
            f"and {MASK} among them, got {', '.join(first)} first"
        )
    model = SentencePieceModel()
    for piece, kind in _SPECIALS:
        model.pieces.add(piece=piece, score=0.0, type=kind)
    # the mask is a piece of the model only where others stand behind it
    for piece, score in scored[len(FIRST_PIECES) : -1 if pieces[-1] == MASK else None]:
        model.pieces.add(piece=piece, score=score, type=CONTROL if piece == MASK else NORMAL)
    model.normalizer_spec.precompiled_charsmap = _character_map(folder)
    return model.SerializeToString()


def _character_map(folder: Path) -> bytes:
    normalizer = _read(folder / _FILE).get("normalizer") or {}
    steps = normalizer.get("normalizers", [normalizer])
    maps = [step["precompiled_charsmap"] for step in steps if step.get("type") == "Precompiled"]
    if len(maps) != 1:
        raise ValueError(
            f"{folder / _FILE}: expected a normalizer with one precompiled_charsmap, as XLM-R's, "
            f"got {len(maps)}; put the sentencepiece.bpe.model of this encoder into the folder"
        )
    return base64.b64decode(maps[0])


def read_lowercase(folder: Path) -> bool:
    """Whether text is lower-cased: as tokenizer_config.json says, else tokenizer.json.

    Raises:
        ValueError: neither says it.
    """
    said = [_read(folder / "tokenizer_config.json").get("do_lower_case")]
    said += [(_read(folder / _FILE).get("normalizer") or {}).get("lowercase")]
    known = [value for value in said if value is not None]
    if not known:
        raise ValueError(
            f"{folder}: expected `do_lower_case` in tokenizer_config.json, or a tokenizer.json "
            "whose normalizer says `lowercase`; found neither, so it is not known how text is cut"
        )
    return bool(known[0])


def _model(folder: Path) -> dict[str, Any]:
    return _read(folder / _FILE).get("model") or {}


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
