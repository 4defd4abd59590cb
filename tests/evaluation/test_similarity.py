"""Mean cosine by hand."""

import numpy as np
import pytest

from tfmling.embedding.embedder import ModelError
from tfmling.evaluation.similarity import similarity_scores


def test_by_hand():
    model = np.array([[1.0, 0.0], [0.6, 0.8]], np.float32)
    reference = np.array([[1.0, 0.0], [0.8, 0.6]], np.float32)
    # cosines 1 and 0.48 + 0.48 = 0.96: mean 0.98, deviation 0.04 / sqrt(2), over sqrt(2): 0.02
    scores = similarity_scores(model, reference)
    assert scores["mean_cosine"] == pytest.approx(0.98)
    assert scores["min_cosine"] == pytest.approx(0.96)
    assert scores["mean_cosine_low"] == pytest.approx(0.98 - 1.96 * 0.02, abs=1e-5)
    assert scores["mean_cosine_high"] == pytest.approx(0.98 + 1.96 * 0.02, abs=1e-5)
    assert scores["count"] == 2


def test_one_sentence_has_no_spread():
    scores = similarity_scores(np.array([[0.0, 1.0]]), np.array([[0.0, 1.0]]))
    assert scores["mean_cosine_low"] == scores["mean_cosine_high"] == 1.0


def test_other_widths_say_what_to_compare():
    with pytest.raises(ModelError, match=r"\(2, 3\), got \(2, 4\); compare a model with"):
        similarity_scores(np.ones((2, 4)), np.ones((2, 3)))
