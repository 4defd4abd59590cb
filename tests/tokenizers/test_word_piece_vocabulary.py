"""A vocabulary keeps its ids, and names errors in a file."""

import gzip
import hashlib
from pathlib import Path

import pytest

from tfmling.tokenizers.word_piece_vocabulary import (
    SPECIAL_PIECES,
    VocabularyError,
    WordPieceVocabulary,
)

SMALL = WordPieceVocabulary((*SPECIAL_PIECES, "ha", "##ba"), lowercase=False)


def test_ids_of_the_special_pieces() -> None:
    assert (SMALL.pad_id, SMALL.unk_id, SMALL.cls_id, SMALL.sep_id, SMALL.mask_id) == (
        (0, 1, 2, 3, 4)
    )
    assert SMALL.piece_to_id("##ba") == 6
    assert len(SMALL) == 7


def test_missing_pieces_are_appended_once_and_ids_do_not_change() -> None:
    extended = SMALL.with_pieces(["ri", "ha", "##ri", "ri"])
    assert extended.pieces == (*SMALL.pieces, "ri", "##ri")
    assert extended.lowercase is SMALL.lowercase


def test_a_written_vocabulary_is_read_back(tmp_path: Path) -> None:
    odd = SMALL.with_pieces(["\u2028", "\u00a0", "##\u0301", "\x85"])  # str.splitlines would break
    odd.write(str(tmp_path / "vocab.txt"))
    assert WordPieceVocabulary.read(str(tmp_path / "vocab.txt"), lowercase=False) == odd


def test_a_compressed_vocabulary(tmp_path: Path) -> None:
    text = "".join(f"{piece}\n" for piece in SMALL.pieces)
    (tmp_path / "vocab.txt.gz").write_bytes(gzip.compress(text.encode()))
    assert WordPieceVocabulary.read(str(tmp_path / "vocab.txt.gz"), lowercase=False) == SMALL


def test_sha256_is_that_of_the_file(tmp_path: Path) -> None:
    SMALL.write(str(tmp_path / "vocab.txt"))
    content = (tmp_path / "vocab.txt").read_bytes()
    assert SMALL.sha256 == hashlib.sha256(content).hexdigest()


def test_windows_line_ends_are_not_part_of_a_piece(tmp_path: Path) -> None:
    text = "\r\n".join((*SPECIAL_PIECES, "ha")) + "\r\n"
    (tmp_path / "vocab.txt").write_bytes(text.encode())
    assert WordPieceVocabulary.read(str(tmp_path / "vocab.txt"), lowercase=True).pieces[-1] == "ha"


def test_a_byte_order_mark_is_not_part_of_a_piece(tmp_path: Path) -> None:
    text = "".join(f"{piece}\n" for piece in SMALL.pieces)
    (tmp_path / "vocab.txt").write_text(text, encoding="utf-8-sig")
    assert WordPieceVocabulary.read(str(tmp_path / "vocab.txt"), lowercase=False) == SMALL


@pytest.mark.parametrize(
    ("pieces", "message"),
    [
        ((*SPECIAL_PIECES, "ha", "ha"), "'ha' has two ids"),
        (SPECIAL_PIECES[:-1], r"no \[MASK\]"),
        ((*SPECIAL_PIECES, ""), "piece 5 is ''"),
        ((*SPECIAL_PIECES, "##"), "piece 5 is '##'"),
        ((*SPECIAL_PIECES, "a\nb"), "on one line"),
    ],
)
def test_a_broken_vocabulary_is_rejected(pieces: tuple[str, ...], message: str) -> None:
    with pytest.raises(VocabularyError, match=message):
        WordPieceVocabulary(pieces, lowercase=False)


def test_the_error_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text("[PAD]\n")
    with pytest.raises(VocabularyError, match=r"vocab\.txt: no \[UNK\]"):
        WordPieceVocabulary.read(str(tmp_path / "vocab.txt"), lowercase=False)
