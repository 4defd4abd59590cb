"""The vocabulary of a Hugging Face folder, with a piece for every row of the embedding table.

It is in vocab.txt, in sentencepiece.bpe.model or, as transformers 5 writes it, in tokenizer.json.
"""

import base64
from pathlib import Path
from typing import Any

from tfmling.conversion.hugging_face.tokenization import FAST, Tokenization
from tfmling.conversion.layout_files import (
    UnsupportedLayoutError,
    blame_values,
    note,
    read_object,
    reject,
)
from tfmling.core import files
from tfmling.tokenizers.sentence_piece_proto import CONTROL, NORMAL, UNKNOWN, SentencePieceModel
from tfmling.tokenizers.sentence_piece_vocabulary import (
    CLS,
    FIRST_PIECES,
    MASK,
    SEP,
    UNK,
    SentencePieceVocabulary,
    is_unused,
)
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_vocabulary import (
    CONTINUATION,
    WordPieceVocabulary,
    unused_names,
)

_SPECIALS = ((UNK, UNKNOWN), (CLS, CONTROL), (SEP, CONTROL))  # ids 0, 1, 2 of a model


def read_vocabulary(folder: Path, tokenization: Tokenization) -> SubwordVocabulary:
    """Read the vocabulary of a folder's tokenizer.

    Raises:
        VocabularyError: names the file and what is wrong in it.
        UnsupportedLayoutError: if two files differ in pieces or in the ids of special tokens.

    Example:
        >>> from tfmling.conversion.hugging_face.tokenization import read_tokenization
        >>> from tfmling.conversion.hugging_face.write import write
        >>> write(encoder, folder)
        >>> read_vocabulary(Path(folder), read_tokenization(Path(folder))) == encoder.vocabulary
        True
    """
    vocabulary = (
        _read_word_pieces(folder, tokenization)
        if tokenization.is_word_piece
        else _read_sentence_pieces(folder)
    )
    for token, number in tokenization.special_ids.items():
        if token not in vocabulary or vocabulary.piece_to_id(token) != number:
            own = vocabulary.piece_to_id(token) if token in vocabulary else "none"
            raise UnsupportedLayoutError(
                f"{folder}: {token!r}: expected the id {own} as in the vocabulary, got "
                f"{number} from the tokenizer files"
            )
    return vocabulary


def fit_to_table(vocabulary: SubwordVocabulary, rows: int, path: Path) -> SubwordVocabulary:
    """Pad a vocabulary with unused pieces to the number of rows of its embedding table.

    Args:
        vocabulary: of a folder.
        rows: of its embedding table.
        path: named in messages.

    Raises:
        UnsupportedLayoutError: if there are fewer rows than pieces.

    Example:
        >>> fit_to_table(encoder.vocabulary, 39, Path("config.json")).pieces[-2:]  # of 37 pieces
        ('[unused1]', '[unused2]')
    """
    if rows < len(vocabulary):
        raise UnsupportedLayoutError(
            f"{path}: The embedding table has {rows} rows and the vocabulary {len(vocabulary)} "
            "pieces; expected a row for every piece. Use the vocabulary that the weights were "
            "trained with"
        )
    if rows == len(vocabulary):
        return vocabulary
    note(
        f"{path}: {rows} rows for {len(vocabulary)} pieces: the additional rows become unused "
        "pieces"
    )
    return vocabulary.padded_to(rows)


def read_word_pieces(path: Path, lowercase: bool, strip_accents: bool) -> WordPieceVocabulary:
    """Read vocab.txt as transformers does: empty and repeated lines become unused pieces.

    Example:
        >>> encoder.vocabulary.write("vocab.txt")
        >>> len(read_word_pieces(Path("vocab.txt"), lowercase=False, strip_accents=False))
        37
    """
    tokenization = Tokenization(True, lowercase, strip_accents)
    return _word_pieces(_read_lines(path), tokenization, path)


def _read_word_pieces(folder: Path, tokenization: Tokenization) -> WordPieceVocabulary:
    path = folder / WordPieceVocabulary.FILE
    if not path.exists():
        pieces = read_fast_pieces(folder)
        return _word_pieces(pieces, tokenization, folder / FAST)
    pieces = _read_lines(path)
    if (folder / FAST).exists():
        _check_same(path, pieces, read_fast_pieces(folder))
    return _word_pieces(pieces, tokenization, path)


def _word_pieces(pieces: list[str], tokenization: Tokenization, path: Path) -> WordPieceVocabulary:
    return WordPieceVocabulary.from_file_pieces(
        _reachable(pieces, path),
        tokenization.lowercase,
        str(path),
        strip_accents=tokenization.strip_accents,
        split_chinese=tokenization.split_chinese,
    )


def _read_lines(path: Path) -> list[str]:
    """The pieces of vocab.txt, without trailing empty lines."""
    pieces = [line.removesuffix("\r") for line in files.read_lines(str(path))]
    while pieces and not pieces[-1]:
        pieces.pop()
    return pieces


def _reachable(pieces: list[str], path: Path) -> tuple[str, ...]:
    """Rename pieces that transformers never uses: empty ones, and equal ones but the last."""
    last = {piece: number for number, piece in enumerate(pieces)}
    dead = [
        number
        for number, piece in enumerate(pieces)
        if last[piece] != number or piece in ("", CONTINUATION)
    ]
    if not dead:
        return tuple(pieces)
    note(
        f"{path}:{dead[0] + 1}: {len(dead)} lines are empty or repeated; they become unused pieces"
    )
    named = list(pieces)
    for number, name in zip(dead, unused_names(pieces), strict=False):
        named[number] = name
    return tuple(named)


def _read_sentence_pieces(folder: Path) -> SentencePieceVocabulary:
    path = folder / SentencePieceVocabulary.FILE
    if not path.exists():
        return SentencePieceVocabulary(read_sentence_piece_model(folder))
    vocabulary = SentencePieceVocabulary.read(str(path))
    if (folder / FAST).exists():
        theirs = [piece for piece, _ in read_scored_pieces(folder)]
        _check_same(path, list(vocabulary.pieces), theirs)
    return vocabulary


def _check_same(path: Path, own: list[str], theirs: list[str]) -> None:
    if own == theirs:
        return
    count = min(len(own), len(theirs))
    number = next((n for n in range(count) if own[n] != theirs[n]), count)
    first, second = (pieces[number] if number < len(pieces) else None for pieces in (own, theirs))
    raise UnsupportedLayoutError(
        f"{path}: expected the pieces of {FAST} beside it, but piece {number} is {first!r} here "
        f"and {second!r} there; remove the file that does not belong to the weights"
    )


def read_fast_pieces(folder: Path) -> list[str]:
    """The WordPieces of tokenizer.json in the order of their ids.

    Raises:
        UnsupportedLayoutError: if the ids are not 0, 1, 2, ...

    Example:
        >>> text = '{"model": {"type": "WordPiece", "vocab": {"b": 1, "a": 0}}}'
        >>> _ = Path("tokenizer.json").write_text(text)
        >>> read_fast_pieces(Path("."))
        ['a', 'b']
    """
    ids = _model(folder).get("vocab") or {}
    with blame_values(folder / FAST):
        pieces = sorted(ids, key=ids.__getitem__)
    if [ids[piece] for piece in pieces] != list(range(len(pieces))):
        raise UnsupportedLayoutError(
            f"{folder / FAST}: model.vocab: expected the ids 0 to {len(pieces) - 1}, each once"
        )
    return pieces


def read_scored_pieces(folder: Path) -> list[tuple[str, float]]:
    """The pieces and scores of the unigram model in tokenizer.json, in the order of their ids.

    Example:
        >>> text = '{"model": {"type": "Unigram", "vocab": [["a", -1.5]]}}'
        >>> _ = Path("tokenizer.json").write_text(text)
        >>> read_scored_pieces(Path("."))
        [('a', -1.5)]
    """
    with blame_values(folder / FAST):
        listed = _model(folder).get("vocab") or []
        if any(not isinstance(piece, str) for piece, _ in listed):
            raise TypeError("a piece that is no text")
        return [(piece, float(score)) for piece, score in listed]


def read_sentence_piece_model(folder: Path) -> bytes:
    """Rebuild the SentencePiece model that an XLM-R's tokenizer.json was converted from.

    Raises:
        UnsupportedLayoutError: if the special pieces are not XLM-R's, or the normalizer is not
            SentencePiece's character map.

    Example:
        >>> import json
        >>> pieces = [[piece, 0.0] for piece in (*FIRST_PIECES, "▁ha", MASK)]
        >>> normalizer = {"type": "Precompiled", "precompiled_charsmap": ""}
        >>> fast = {"model": {"type": "Unigram", "vocab": pieces}, "normalizer": normalizer}
        >>> _ = Path("tokenizer.json").write_text(json.dumps(fast))
        >>> SentencePieceVocabulary(read_sentence_piece_model(Path("."))).pieces
        ('<s>', '<pad>', '</s>', '<unk>', '▁ha', '<mask>')
    """
    scored = read_scored_pieces(folder)
    pieces = [piece for piece, _ in scored]
    first = tuple(pieces[: len(FIRST_PIECES)])
    if first != FIRST_PIECES or MASK not in pieces:
        raise UnsupportedLayoutError(
            f"{folder / FAST}: expected the pieces of an XLM-R, {', '.join(FIRST_PIECES)} first "
            f"and {MASK} among them, got {', '.join(first)} first"
        )
    model = SentencePieceModel()
    for piece, kind in _SPECIALS:
        model.pieces.add(piece=piece, score=0.0, type=kind)
    # the mask is a piece of the model only if others follow it
    for piece, score in scored[len(FIRST_PIECES) : -1 if pieces[-1] == MASK else None]:
        is_control = piece == MASK or is_unused(piece)
        model.pieces.add(piece=piece, score=score, type=CONTROL if is_control else NORMAL)
    model.normalizer_spec.precompiled_charsmap = _character_map(folder)
    return model.SerializeToString()


def _character_map(folder: Path) -> bytes:
    with blame_values(folder / FAST):
        normalizer = read_object(folder / FAST).get("normalizer") or {}
        steps = normalizer.get("normalizers", [normalizer])
        found = [
            step["precompiled_charsmap"] for step in steps if step.get("type") == "Precompiled"
        ]
        maps = [base64.b64decode(each) for each in found]
    if len(maps) != 1:
        raise UnsupportedLayoutError(
            f"{folder / FAST}: expected a normalizer with one precompiled_charsmap, as XLM-R's, "
            f"got {len(maps)}; put the sentencepiece.bpe.model of this encoder into the folder"
        )
    return maps[0]


def _model(folder: Path) -> dict[str, Any]:
    model = read_object(folder / FAST).get("model") or {}
    if not isinstance(model, dict):
        reject(f"{folder / FAST}: model", "an object", f"{model!r:.80}")
    return model
