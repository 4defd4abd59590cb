"""Our ids against the reference tokenizers on every line of every file of the real data.

    python -m pytest -m slow -s tests/vocab/test_tokenizer_on_real_lines.py

compares them all and prints how many lines are of which class; without -m slow, a few of each file.
"""

import bz2
import gzip
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import tensorflow as tf

from tests.vocab.test_tokenizer_against_bert import (
    Pair,
    english_uncased,
    multilingual_cased,
    pair,
)
from tfmling.text.words import basic_words
from tfmling.tokenizers.word_piece_vocabulary import UNK

__all__ = ["english_uncased", "multilingual_cased", "pair"]  # fixtures

SAMPLE = 10  # lines of each file
OPEN = {".gz": gzip.open, ".bz2": bz2.open}
EQUAL = "equal"
DECOMPOSED = "Rust leaves decomposed characters as they are, Python and we compose them (NFC)"
SIGMA = "Python makes a capital sigma at the end of a word ς, Rust and we σ"
VERSION = "characters that versions of Unicode class otherwise: unassigned (Python drops them), \
newer punctuation (Python splits there); Rust and we do neither"
NO_TEXT = "bytes that are no text (pictures in a web archive), compared with Rust's only"


class PythonBert:
    """BERT's tokenizer in Python as `transformers` keeps it, [MASK] in text being text."""

    def __init__(self, pair: Pair):
        legacy = pytest.importorskip("transformers.models.bert.tokenization_bert_legacy")
        self._ids = {piece: number for number, piece in enumerate(pair.ours.vocabulary.pieces)}
        self._basic = legacy.BasicTokenizer(do_lower_case=pair.lowercase)
        self._wordpiece = legacy.WordpieceTokenizer(vocab=self._ids, unk_token=UNK)

    def __call__(self, text: str) -> list[int]:
        words = self._basic.tokenize(text)
        return [self._ids[piece] for word in words for piece in self._wordpiece.tokenize(word)]


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a file, compressed or not; bytes that are no text become U+FFFD."""
    content = path.read_bytes()
    if path.suffix in OPEN:
        with OPEN[path.suffix](path) as file:
            content = file.read()
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    yield from content.decode(encoding, errors="replace").split("\n")


@pytest.fixture(scope="module")
def lines_by_file(shared_data: Path) -> list[list[str]]:
    """The distinct lines of all files but the vocabulary, whose lines are pieces."""
    found = sorted(path for path in shared_data.rglob("*") if path.is_file())
    texts = [path for path in found if path.parent.name != "vocab"]
    return [list(dict.fromkeys(read_lines(path))) for path in texts]


def compare(pair: Pair, lines: list[str]) -> Counter[str]:
    """How many lines are of which class; Rust's tokenizer behind NFC must be equal in all."""
    python, classes = PythonBert(pair), Counter[str]()
    for start in range(0, len(lines), 4096):
        texts = lines[start : start + 4096]
        pair.assert_equal(texts)
        ours = pair.ours(tf.constant(texts)).to_list()
        released = [encoding.ids for encoding in pair.released.encode_batch(texts)]
        for text, ids, ids_released in zip(texts, ours, released, strict=True):
            if "\ufffd" in text:
                classes[NO_TEXT] += 1
                continue
            if ids_released != ids:
                composed = unicodedata.normalize("NFC", text)
                assert pair.released.encode(composed).ids == ids, text
                classes[DECOMPOSED] += 1
            classes[_class_of(text, python, ids, pair)] += 1
    return classes


def _class_of(text: str, python: PythonBert, ids: list[int], pair: Pair) -> str:
    """How Python's ids differ from ours."""
    if python(text) == ids:
        return EQUAL
    settled = "".join(c for c in text if not is_disputed(c))
    if settled != text and python(settled) == pair.ours(tf.constant([settled])).to_list()[0]:
        return VERSION
    assert pair.lowercase, text
    assert "Σ" in text, text
    lowered = unicodedata.normalize("NFC", text).lower()
    assert pair.ours(tf.constant([lowered])).to_list()[0] == python(text), text
    return SIGMA


def is_disputed(character: str) -> bool:
    """Whether Python's Unicode makes something else of a character than Rust's."""
    category = unicodedata.category(character)
    one_word = len(basic_words(f"a{character}a", False)) == 1
    return category == "Cn" or (category.startswith("P") and one_word)


def test_some_lines_of_every_file(pair: Pair, lines_by_file: list[list[str]]) -> None:
    lines = [line for own in lines_by_file for line in own[:: max(1, len(own) // SAMPLE)]]
    classes = compare(pair, list(dict.fromkeys(lines)))
    assert classes.total() > 1000
    assert classes[DECOMPOSED] < 0.05 * classes.total()


@pytest.mark.slow
def test_every_line_of_every_file(pair: Pair, lines_by_file: list[list[str]]) -> None:
    lines = list(dict.fromkeys(line for own in lines_by_file for line in own))
    classes = compare(pair, lines)
    name = "MiniLM, uncased" if pair.lowercase else "multilingual BERT, cased"
    shown = (DECOMPOSED, SIGMA, VERSION, NO_TEXT)
    others = " | ".join(f"{classes[name]:,}" for name in shown)
    print(f"\n| {name} | {len(lines):,} | {others} |")
    assert classes.total() - classes[DECOMPOSED] == len(lines) > 100_000


def test_decomposed_characters_are_composed(multilingual_cased: Pair) -> None:
    apart = "e\u0301te\u0301"
    python = PythonBert(multilingual_cased)
    ours, composed = multilingual_cased.ours(tf.constant([apart, "\u00e9t\u00e9"])).to_list()
    assert python(apart) == ours == composed
    assert multilingual_cased.released.encode(apart).ids != ours


def test_a_capital_sigma_at_the_end_of_a_word(english_uncased: Pair) -> None:
    text = "ΕΛΑΣ ΣΑΣ Σ"
    assert compare(english_uncased, [text]) == {SIGMA: 1}
    assert compare(english_uncased, ["ΣΕΛΑ"]) == {EQUAL: 1}


def test_versions_of_unicode(multilingual_cased: Pair) -> None:
    assert compare(multilingual_cased, ["છે\u0ae4 તેઓ"]) == {VERSION: 1}  # not assigned
    assert compare(multilingual_cased, ["جا\u09fd تي"]) == {VERSION: 1}  # punctuation since 2017
