"""A lexicon: words with exactly one translation get exactly its embedding."""

import numpy as np
import pytest

from tests.written import finish_output
from tfmling.records import tfrecord
from tfmling.records.folder import RecordsError, pair_key, shard_path
from tfmling.records.schemas import sentence_pair
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary
from tfmling.vocab.lexicon_init import LexiconInitializer
from tfmling.vocab.settings import LexiconInit

OLD = WordPieceVocabulary(("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefgh"), False)
NEW = list("ijklmnop")  # i translates a, j translates b, ...


def _records(folder, source: str, target: str) -> str:
    (folder / "sentence_pairs").mkdir()
    draw = np.random.default_rng(1)
    records = []
    for _ in range(800):
        words = draw.integers(0, 8, 4)
        old, new = (" ".join(letters[w] for w in words) for letters in ("abcdefgh", NEW))
        sides = (old, new) if source == "en" else (new, old)
        records.append(sentence_pair.encode(*sides, source, target))
    tfrecord.write(
        shard_path(str(folder), "sentence_pairs", pair_key(source, target), 0, 1), records
    )
    finish_output(str(folder))
    return str(folder)


@pytest.mark.parametrize("new", ["sw", "zh-Hant"])
@pytest.mark.parametrize("new_is_source", [False, True])
def test_embeddings_are_those_of_the_translations(tmp_path, new, new_is_source):
    settings = LexiconInit(
        kind="lexicon",
        records=[_records(tmp_path, *((new, "en") if new_is_source else ("en", new)))],
        language=new,
        min_probability=0.5,
        iterations=10,
    )
    table = np.random.default_rng(2).normal(size=(len(OLD), 6)).astype(np.float32)
    rows = LexiconInitializer(settings)([*NEW, "q"], OLD, table, seed=1)
    # one translation above a half: its row alone, whatever its weight
    np.testing.assert_allclose(rows[:8], table[5:], atol=1e-6)
    # q occurs nowhere and has no old pieces: a small random row
    assert 0 < np.abs(rows[8]).max() <= 0.04


def test_a_language_without_pairs_is_named(tmp_path):
    settings = LexiconInit(kind="lexicon", records=[_records(tmp_path, "en", "sw")], language="ha")
    with pytest.raises(RecordsError, match="'ha'"):
        LexiconInitializer(settings)(NEW, OLD, np.zeros((13, 2), np.float32), seed=1)
