"""Gold pairs by row, and comparing margins and strategies on halves."""

import numpy as np
import pytest

from tests.mining.folders import write_folder
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.moses import Moses
from tfmling.mining.comparison import compare_margins
from tfmling.mining.gold import ABSENT, GoldPairs, GoldRows, locate_gold
from tfmling.mining.neighbors import neighbors_both_ways
from tfmling.mining.pairs import Pairs
from tfmling.mining.vectors import VectorFolder


def test_pairs_are_located(tmp_path):
    source = VectorFolder(write_folder(tmp_path / "s", [1, 2], texts=["a", "b", "a"]))
    target = VectorFolder(write_folder(tmp_path / "t", [2], texts=["x", "y"]))
    known = locate_gold([("b", "y"), ("a", "x"), ("b", "z")], source, target, complete=False)
    pairs = list(zip(known.source.tolist(), known.target.tolist(), strict=True))
    assert pairs == [(1, 1), (0, 0), (2, 0), (1, ABSENT)]
    assert known.half.tolist() == [1, 0, 0, 1]  # of the source's row
    mined = Pairs(np.array([1, 0, 2]), np.array([1, 1, 2]), np.ones(3, np.float32))
    assert known.is_correct(mined).tolist() == [True, False, False]
    assert known.is_judged(mined).tolist() == [True, True, True]
    other = GoldRows(known.source[:1], known.target[:1], known.half[:1], False)
    assert other.is_judged(mined).tolist() == [True, True, False]


def read(tmp_path, source, target):
    for name, text in (("s", source), ("t", target)):
        (tmp_path / name).write_text(text)
    corpus = Moses(
        format="moses",
        source=str(tmp_path / "s"),
        target=str(tmp_path / "t"),
        source_language="sw",
        target_language="en",
    )
    return GoldPairs(pairs=[corpus]).read("NFC", "NFC")


def test_gold_is_normalized_and_unique(tmp_path):
    assert read(tmp_path, "a  b\na b\n", "c\nc\n") == [("a b", "c")]


def test_every_gold_line_must_be_a_pair(tmp_path):
    with pytest.raises(CorpusError, match=r"gold: .*line_without_partner"):
        read(tmp_path, "a\nb\n", "c\n")


def test_halves_by_hand():
    # four pairs i-i of rising cosine; sources 4 and 5 have no translation
    angles = np.array([0.1, 0.2, 0.3, 0.4])
    source = np.zeros((6, 12))
    target = np.zeros((4, 12))
    for number, angle in enumerate(angles):
        source[number, number] = 1
        target[number, number], target[number, 6 + number] = np.cos(angle), np.sin(angle)
    source[4, 6], source[5, 7] = 1, 1  # cosine sin(.1) and sin(.2) with targets 0 and 1
    both = neighbors_both_ways(source, target, k=1)
    rows = np.arange(4)
    known = GoldRows(rows, rows, rows % 2, complete=True)
    found = {(c.margin, c.strategy): c for c in compare_margins(*both, known, unique=False)}
    assert len(found) == 16
    absolute = found["absolute", "forward"]
    # first half: sources 0, 2, 4: cosines cos .1, cos .3, sin .1; between the last two
    assert absolute.threshold == pytest.approx((np.cos(0.3) + np.sin(0.1)) / 2, abs=1e-6)
    assert absolute.first.as_dict()["f1"] == 1.0
    # second half: 1 and 3 are above, 5 (sin .2) is not
    assert (absolute.second.right, absolute.second.extracted, absolute.second.gold) == (2, 2, 2)
