"""Dictionary entries from word links, and the embeddings from them, by hand."""

from pathlib import Path

import numpy as np
import pydantic
import pytest

from tfmling.corpora.annotated.examples import AlignedPair
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
from tfmling.vocab.build_initializer import build_initializer
from tfmling.vocab.dictionary_init import Entry, count_links
from tfmling.vocab.settings import AlignmentInit


def _pair(source: str, target: str, *sure: tuple[int, int]) -> AlignedPair:
    possible = frozenset({*sure, (0, 0)})
    return AlignedPair(tuple(source.split()), tuple(target.split()), frozenset(sure), possible, "")


PAIRS = [
    _pair("the dog barks", "mbwa anabweka", (1, 0), (2, 1)),
    _pair("dog food", "chakula mbwa", (0, 1), (1, 0)),
    _pair("a hound", "mbwa", (1, 0)),
]


def test_sure_links_are_counted() -> None:
    entries = count_links(PAIRS, new_is_source=False)
    assert {(entry.new, entry.old): entry.weight for entry in entries} == {
        ("mbwa", "dog"): 2,
        ("anabweka", "barks"): 1,
        ("chakula", "food"): 1,
        ("mbwa", "hound"): 1,
    }
    assert count_links(PAIRS, new_is_source=False, min_count=2) == [Entry("mbwa", "dog", 2)]
    assert count_links(PAIRS, new_is_source=True, min_count=2) == [Entry("dog", "mbwa", 2)]


def _settings(folder: Path, language: str) -> AlignmentInit:
    (folder / "text").write_text("dog ||| mbwa\nhound ||| mbwa\ndog ||| mbwa\n")
    (folder / "links").write_text("0-0\n0-0\n0-0\n")
    pairs = {
        "format": "pharaoh",
        "source_language": "en",
        "target_language": "sw",
        "sentences": str(folder / "text"),
        "links": str(folder / "links"),
    }
    values = {"kind": "alignments", "pairs": pairs, "language": language, "min_count": 1}
    return AlignmentInit.model_validate(values)


def test_embeddings_of_linked_words(tmp_path: Path) -> None:
    old = WordPieceVocabulary((*SPECIAL_PIECES, "dog", "hound"), lowercase=False)
    table = np.eye(7, dtype=np.float32)
    rows = build_initializer(_settings(tmp_path, "swh"))(["mbwa"], old, table, 1)
    np.testing.assert_allclose(rows, [[0, 0, 0, 0, 0, 2 / 3, 1 / 3]], rtol=1e-6)


def test_a_language_that_is_neither_side(tmp_path: Path) -> None:
    with pytest.raises(pydantic.ValidationError, match="expected en or sw, got ha"):
        _settings(tmp_path, "ha")
