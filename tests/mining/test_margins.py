"""Margins by hand: two queries, three candidates, two neighbors of each."""

import numpy as np
import pytest

from tfmling.mining.margins import MARGINS, margin_scores

#               candidate  0    1    2     nearest two          mean
# query 0                 0.9  0.8  0.1    0 (0.9), 1 (0.8)     0.85
# query 1                 0.2  0.6  0.4    1 (0.6), 2 (0.4)     0.50
# candidate's two nearest queries' mean: (0.9 + 0.2) / 2 = 0.55, (0.8 + 0.6) / 2 = 0.70, 0.25
SIMILARITY = np.array([[0.9, 0.8], [0.6, 0.4]])
INDEX = np.array([[0, 1], [1, 2]])
QUERY_MEAN = np.array([0.85, 0.50])
CANDIDATE_MEAN = np.array([0.55, 0.70, 0.25])


def test_ratio_divides_by_the_mean_of_both_neighborhoods():
    # query 1 with candidate 1: 0.6 / ((0.5 + 0.7) / 2) = 1.0; with 2: 0.4 / ((0.5 + 0.25) / 2)
    expected = [[0.9 / 0.70, 0.8 / 0.775], [1.0, 0.4 / 0.375]]
    scores = margin_scores(SIMILARITY, INDEX, QUERY_MEAN, CANDIDATE_MEAN, "ratio")
    np.testing.assert_allclose(scores, expected)


def test_ratio_prefers_the_candidate_without_other_neighbors():
    scores = margin_scores(SIMILARITY, INDEX, QUERY_MEAN, CANDIDATE_MEAN)
    assert INDEX[1][scores[1].argmax()] == 2  # by cosine it would be candidate 1


def test_distance_subtracts():
    expected = [[0.9 - 0.70, 0.8 - 0.775], [0.6 - 0.6, 0.4 - 0.375]]
    scores = margin_scores(SIMILARITY, INDEX, QUERY_MEAN, CANDIDATE_MEAN, "distance")
    np.testing.assert_allclose(scores, expected, atol=1e-12)


def test_csls():
    # 2 cos - r(x) - r(y)
    expected = [[1.8 - 0.85 - 0.55, 1.6 - 0.85 - 0.7], [1.2 - 0.5 - 0.7, 0.8 - 0.5 - 0.25]]
    scores = margin_scores(SIMILARITY, INDEX, QUERY_MEAN, CANDIDATE_MEAN, "csls")
    np.testing.assert_allclose(scores, expected, atol=1e-12)


def test_absolute_is_the_similarity():
    scores = margin_scores(SIMILARITY, INDEX, QUERY_MEAN, CANDIDATE_MEAN, "absolute")
    np.testing.assert_array_equal(scores, SIMILARITY)


def test_a_ratio_needs_a_mean_above_zero():
    scores = MARGINS["ratio"](np.array([0.02, 0.3, -0.3, 0.5]), np.array([-0.02, 0.0, -0.2, 0.25]))
    assert scores.tolist() == [-np.inf, -np.inf, -np.inf, 2.0]
    assert np.isfinite(MARGINS["ratio"](np.float32(1), np.float32(1e-40)))


def test_unknown_margin_names_the_known_ones():
    with pytest.raises(ValueError, match="absolute, distance, ratio, csls, got 'ration'"):
        margin_scores(SIMILARITY, INDEX, QUERY_MEAN, CANDIDATE_MEAN, "ration")
