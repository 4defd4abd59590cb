import pytest

from tfmling.alignment.error_rate import alignment_scores


def test_by_hand():
    # found 3: one sure, one possible, one neither; 2 sure. AER = 1 - (1 + 2) / (3 + 2) = 0.4
    found, sure = {(0, 0), (1, 1), (2, 0)}, {(0, 0), (2, 2)}
    scores = alignment_scores([found], [sure], [sure | {(1, 1)}])
    assert scores.aer == pytest.approx(0.4)
    assert scores.precision == pytest.approx(2 / 3)
    assert scores.recall == pytest.approx(1 / 2)
    assert (scores.links, scores.pairs) == (3, 1)
    assert scores.aer_low == scores.aer_high == pytest.approx(0.4)  # one pair is drawn again


def test_pairs_count_by_their_links():
    # all right in a pair of one link, all wrong in a pair of three: 1 - (1 + 1) / (4 + 4)
    wrong = {(0, 1), (1, 2), (2, 0)}
    sure = [{(0, 0)}, {(0, 0), (1, 1), (2, 2)}]
    scores = alignment_scores([{(0, 0)}, wrong], sure, sure)
    assert scores.aer == pytest.approx(0.75)
    assert (scores.aer_low, scores.aer_high) == (pytest.approx(0), pytest.approx(1))


def test_no_links_and_all_links():
    sure = [{(0, 0)}]
    assert alignment_scores([set()], sure, sure).aer == 1
    assert alignment_scores(sure, sure, sure).aer == 0


def test_pairs_must_match_and_hold_sure_links():
    with pytest.raises(ValueError, match="the same number of pairs, got 1, 2 and 2"):
        alignment_scores([set()], [set(), set()], [set(), set()])
    with pytest.raises(ValueError, match="got none"):
        alignment_scores([set()], [set()], [set()])
