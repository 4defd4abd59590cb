"""FOCUS: a new word in the same contexts as an old one gets its embedding."""

import numpy as np
import pytest

from tests.written import finish_output
from tfmling.records import tfrecord
from tfmling.records.folder import shard_path
from tfmling.records.schemas import sentence
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
from tfmling.vocab.embedding_init import SubwordMeanInitializer
from tfmling.vocab.focus_init import FocusInitializer, sparsemax
from tfmling.vocab.settings import FocusInit

ANIMALS, FOODS = ("punda", "mbwa"), ("wali", "ugali")
OLD = WordPieceVocabulary((*SPECIAL_PIECES, "mbwa", "wali", "b", "##a", "."), lowercase=False)
NEW = ["punda", "ugali", "ana", "kimbia", "pika", "##ba"]


def _records(folder) -> str:
    """Animals run and foods are cooked; nothing else tells them apart."""
    draw = np.random.default_rng(3)
    texts = []
    for _ in range(600):
        animal, food = (words[draw.integers(2)] for words in (ANIMALS, FOODS))
        texts += [f"{animal} kimbia kimbia", f"ana pika {food} pika"]
    (folder / "sentences").mkdir()
    records = [sentence.encode(text, "sw") for text in texts]
    tfrecord.write(shard_path(str(folder), "sentences", "sw", 0, 1), records)
    finish_output(str(folder))
    return str(folder)


def _settings(folder, language="sw", **vectors) -> FocusInit:
    records = [_records(folder)]
    vectors = {"dim": 16, "epochs": 5} | vectors
    return FocusInit(kind="focus", records=records, languages=[language], vectors=vectors)


def test_embeddings_are_those_of_pieces_used_alike(tmp_path):
    table = np.random.default_rng(2).normal(size=(len(OLD), 6)).astype(np.float32)
    initializer = FocusInitializer(_settings(tmp_path))
    rows = initializer(NEW, OLD, table, seed=1)
    dog, rice = table[OLD.piece_to_id("mbwa")], table[OLD.piece_to_id("wali")]
    for row, near, far in ((rows[0], dog, rice), (rows[1], rice, dog)):
        assert np.linalg.norm(row - near) < 0.5 * np.linalg.norm(row - far)
    # each row is a mean of the overlapping rows: on the line between the only two there are
    share = (rows[:5] - rice) @ (dog - rice) / ((dog - rice) @ (dog - rice))
    assert ((share > -1e-5) & (share < 1 + 1e-5)).all()
    np.testing.assert_allclose(rows[:5], rice + share[:, None] * (dog - rice), atol=1e-5)
    # ##ba does not occur: the mean of its old pieces, of which ##b is none, so a random row
    np.testing.assert_array_equal(rows[5], SubwordMeanInitializer()(NEW, OLD, table, 1)[5])
    np.testing.assert_array_equal(rows, initializer(NEW, OLD, table, seed=1))


def test_a_language_without_text_is_named(tmp_path):
    with pytest.raises(ValueError, match="no sentences of \\['ha'\\]"):
        FocusInitializer(_settings(tmp_path, "ha"))(NEW, OLD, np.zeros((len(OLD), 2)), 1)


def test_too_rare_pieces_are_reported(tmp_path):
    settings = _settings(tmp_path, min_count=100_000)
    with pytest.raises(ValueError, match="no piece occurs 100000 times in 1,200 sentences"):
        FocusInitializer(settings)(NEW, OLD, np.zeros((len(OLD), 2)), 1)


def test_sparsemax_by_hand() -> None:
    scores = np.array([[0.5, 0.2, -1.0], [1.0, 1.0, 1.0], [3.0, 1.0, 2.0], [0.0, 0.4, 0.2]])
    # row 0: two in support, threshold (0.5 + 0.2 - 1) / 2 = -0.15
    # row 2: 1 + 2 * 2 > 3 + 2 fails, so only the highest
    # row 3: three in support, threshold (0.6 - 1) / 3
    expected = [[0.65, 0.35, 0], [1 / 3] * 3, [1, 0, 0], [0.4 / 3, 0.4 + 0.4 / 3, 0.2 + 0.4 / 3]]
    np.testing.assert_allclose(sparsemax(scores), expected, atol=1e-12)


def test_sparsemax_is_the_nearest_point_of_the_simplex() -> None:
    draw = np.random.default_rng(1)
    scores = draw.normal(size=(1, 6))
    found = sparsemax(scores)
    np.testing.assert_allclose(found.sum(), 1)
    others = draw.dirichlet(np.ones(6), size=20_000)
    assert ((others - scores) ** 2).sum(axis=1).min() >= ((found - scores) ** 2).sum()
