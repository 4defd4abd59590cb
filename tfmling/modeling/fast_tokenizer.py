"""BERT's vocabulary out of `tokenizer.json`: transformers 5 writes no vocab.txt."""

import json
from pathlib import Path
from typing import Any

_FILE = "tokenizer.json"


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
