"""Hashes of n-grams against each n-gram by itself."""

import subprocess
import sys
import unicodedata

import hypothesis
import numpy as np
from hypothesis import strategies

from tfmling.text import ngrams as units
from tfmling.text.ngrams import hash_ngrams, is_spaceless, split_units

TEXTS = [["a", "b", "c", "a", "b"], [], ["b"], ["a", "b", "c"]]


def test_equal_ngrams_have_equal_hashes_and_others_differ():
    hashes, texts = hash_ngrams(TEXTS, 2)
    assert texts.tolist() == [0, 0, 0, 0, 3, 3]  # ab bc ca ab | | | ab bc
    ab, bc, ca = hashes[:3]
    assert hashes.tolist() == [ab, bc, ca, ab, ab, bc]
    assert len({ab, bc, ca}) == 3
    assert hash_ngrams([["b", "a"]], 2)[0][0] != ab  # order counts


def test_no_texts_and_short_texts_have_none():
    for texts in ([], [[]], [["a"]], [["a"], ["b"]]):
        hashes, numbers = hash_ngrams(texts, 2)
        assert (hashes.shape, numbers.shape, hashes.dtype) == ((0,), (0,), np.uint64)


def test_another_process_finds_the_same():
    code = "from tfmling.text.ngrams import hash_ngrams as h; print(h([['a', 'ሰ']], 2)[0][0])"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(other.stdout) == hash_ngrams([["a", "ሰ"]], 2)[0][0]


def test_units_are_words_or_letters():
    assert split_units("Habari, ya LEO? ng'ombe ﬁ") == ["habari", "ya", "leo", "ng", "ombe", "fi"]
    assert split_units("東京 2020年a") == ["東", "京", "2020", "年", "a"]
    assert split_units("ภาษา") == ["ภ", "า", "ษ", "า"]
    assert split_units("क्या हुआ") == ["क्या", "हुआ"]


def test_scripts_without_spaces():
    texts = {
        "東京です": True,
        "Habari": False,
        "東京 ni mji mkuu": False,
        "": False,
        "ภาษาไทย": True,
    }
    assert {text: is_spaceless(text) for text in texts} == texts


@hypothesis.given(strategies.text(alphabet="aB1 .ﬁ日ภา\u0301\u0e31_-é"))
def test_fast_ways_find_the_same_units(text):
    folded = unicodedata.normalize("NFKC", text).casefold()
    assert split_units(text) == units._UNIT.findall(folded)
