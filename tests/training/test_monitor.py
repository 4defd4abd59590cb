"""Alignment, uniformity, effective rank and P@1 by hand."""

import math

import numpy as np
import pytest

from tfmling.training.monitor import (
    alignment,
    effective_rank,
    precision_at_1,
    uniformity,
)

AXES = np.eye(4, dtype=np.float32)


def test_alignment():
    # squared distances: 0 for equal vectors, 2 for orthogonal, 4 for opposite ones
    assert alignment(AXES[:3], np.stack([AXES[0], AXES[0], -AXES[2]])) == pytest.approx(2.0)


def test_uniformity():
    assert uniformity(np.stack([AXES[0]] * 3)) == pytest.approx(0.0)
    assert uniformity(AXES) == pytest.approx(-4.0)
    # squared distances 2, 2 and 0
    expected = math.log((2 * math.exp(-4) + 1) / 3)
    assert uniformity(np.stack([AXES[0], AXES[1], AXES[1]])) == pytest.approx(expected)


def test_effective_rank():
    assert effective_rank(AXES) == pytest.approx(4.0)
    assert effective_rank(np.stack([AXES[1]] * 5)) == pytest.approx(1.0)
    # singular values 2, 1, 1: shares 1/2, 1/4, 1/4, entropy 1.5 log 2
    rows = np.stack([AXES[0]] * 4 + [AXES[1], AXES[2]])
    assert effective_rank(rows) == pytest.approx(2**1.5)


def test_precision_at_1():
    assert precision_at_1(AXES, AXES[[0, 1, 3, 2]]) == 0.5
