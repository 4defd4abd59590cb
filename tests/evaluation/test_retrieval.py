"""Retrieval by hand: where the answer is known from the angles of a few vectors."""

import numpy as np
import pytest

from tfmling.evaluation.retrieval import Answers, describe, retrieval_scores


def at_degrees(*degrees: float) -> np.ndarray:
    """Unit vectors in the plane."""
    radians = np.deg2rad(degrees)
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def test_both_directions_are_scored_apart():
    # target 1 is nearest to both source 0 and source 1; from the target side both are right
    source, target = at_degrees(0, 20), at_degrees(-30, 12)
    forward, backward = retrieval_scores(source, target, ["a", "b"], ["x", "y"], k=1)
    assert forward["p_at_1"] == 0.5  # source 0: 30 degrees to its own, 12 to the other
    assert backward["p_at_1"] == 1.0
    assert forward["count"] == backward["count"] == 2


def test_margin_passes_a_hub_by():
    # Source 0 at 0, source 1 at 60; target 0 at -32, target 1 at 30 (a hub, 30 from either).
    # k = 2. cos 32 = .848, cos 30 = .866, cos 92 = -.035.
    # means: source 0 .857, target 0 (.848 - .035) / 2 = .407, target 1 .866
    # ratio of source 0: target 0 .848 / .632 = 1.34, target 1 .866 / .862 = 1.005
    source, target = at_degrees(0, 60), at_degrees(-32, 30)
    forward, _ = retrieval_scores(source, target, ["a", "b"], ["x", "y"], k=2)
    assert forward["p_at_1"] == 0.5
    assert forward["p_at_1_margin"] == 1.0


def test_without_a_margin_the_nearest_is_the_answer():
    # cos 30 = .866, cos 160 = -.940: each one's mean of both is -.037, which no ratio divides by
    source, target = at_degrees(0, 190), at_degrees(30, 160)
    forward, backward = retrieval_scores(source, target, ["a", "b"], ["x", "y"], k=2)
    assert forward["p_at_1_margin"] == backward["p_at_1_margin"] == 1.0


def test_a_copy_of_the_right_text_is_right():
    texts = ["good morning", "good night", "good morning"]
    answers = np.array([2, 1, 2])
    scores = describe(Answers(answers, np.array([0, 0, 2])), texts, texts)
    assert scores["p_at_1"] == 1.0
    assert scores["p_at_1_by_line"] == pytest.approx(2 / 3)
    assert scores["p_at_1_margin"] == pytest.approx(2 / 3)


def test_interval_lies_around_the_share():
    scores = describe(Answers(np.arange(4), np.array([0, 1, 2, 0])), list("abcd"), list("abcd"))
    assert scores["p_at_1_low"] < 1.0 == scores["p_at_1_high"]
    assert scores["p_at_1_margin_low"] < 0.75 < scores["p_at_1_margin_high"]


def test_a_set_smaller_than_k():
    one = at_degrees(10)
    forward, backward = retrieval_scores(one, one, ["a"], ["x"], k=4)
    assert forward["p_at_1_margin"] == backward["p_at_1"] == 1.0
