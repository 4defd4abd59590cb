"""Precision, recall, F1 and thresholds by hand."""

import math

import numpy as np
import pytest

from tfmling.mining.thresholds import PairScore, best_threshold, precision_recall_curve, score_at

# right, right, wrong, right, wrong; of four gold pairs one is never found
SCORES = np.array([5.0, 4.0, 3.0, 2.0, 1.0], np.float32)
RIGHT = np.array([True, True, False, True, False])


def test_score_by_hand():
    score = PairScore(extracted=4, right=3, gold=6)
    assert (score.precision, score.recall) == (0.75, 0.5)
    assert score.f1 == pytest.approx(2 * 0.75 * 0.5 / 1.25)


def test_nothing_extracted():
    assert PairScore(0, 0, 3).as_dict() == {
        "extracted": 0, "right": 0, "gold": 3, "precision": 1.0, "recall": 0.0, "f1": 0.0
    }  # fmt: skip


def test_best_threshold_lies_between_the_pairs():
    # F1 after 1..5: 2/5, 4/6, 4/7, 6/8, 6/9: the best is after the fourth
    assert best_threshold(precision_recall_curve(SCORES, RIGHT, 4)) == 1.5
    assert score_at(SCORES, RIGHT, 4, 1.5).f1 == 0.75


def test_best_threshold_after_the_last_pair():
    assert best_threshold(precision_recall_curve(SCORES[:2], RIGHT[:2], 2)) == 4.0


def test_threshold_for_a_minimum_precision():
    # precision after 1..5: 1, 1, 2/3, 3/4, 3/5
    assert best_threshold(precision_recall_curve(SCORES, RIGHT, 4), min_precision=0.9) == 3.5
    assert best_threshold(precision_recall_curve(SCORES, RIGHT, 4), min_precision=0.7) == 1.5
    wrong_first = precision_recall_curve(SCORES, ~RIGHT, 4)
    assert best_threshold(wrong_first, min_precision=0.9) == math.inf


def test_pairs_of_equal_score_stay_together():
    found = precision_recall_curve(
        np.array([3, 2, 2, 1], np.float32), np.array([True, True, False, False]), 2
    )
    assert found.threshold.tolist() == [3, 2, 1]
    assert found.extracted.tolist() == [1, 3, 4]
    assert found.at(1) == PairScore(3, 2, 2)


@pytest.mark.parametrize("right", [np.zeros(5, bool), np.zeros(0, bool)])
def test_nothing_correct_keeps_nothing(right):
    assert best_threshold(precision_recall_curve(SCORES[: len(right)], right, 3)) == math.inf
