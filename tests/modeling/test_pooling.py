"""Pooling by hand: two tokens and a padding place."""

import numpy as np
import pytest

from tfmling.modeling.pooling import pool

STATES = np.array([[[1.0, 2.0], [3.0, 6.0], [100.0, 100.0]]], np.float32)
MASK = np.array([[1, 1, 0]], np.int32)
POOLED = np.array([[9.0, 9.0]], np.float32)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("mean", [2.0, 4.0]),
        ("cls", [1.0, 2.0]),
        ("pooler", [9.0, 9.0]),
        ("max", [3.0, 6.0]),
        ("lasttoken", [3.0, 6.0]),
        ("mean_sqrt_len_tokens", [4 / 2**0.5, 8 / 2**0.5]),
        ("weightedmean", [(1 + 2 * 3) / 3, (2 + 2 * 6) / 3]),
    ],
)
def test_kinds(kind, expected):
    np.testing.assert_allclose(pool(kind, STATES, MASK, POOLED)[0], expected)


@pytest.mark.parametrize("kind", ["mean", "max", "mean_sqrt_len_tokens", "weightedmean"])
def test_a_row_without_tokens_is_zero(kind):
    np.testing.assert_array_equal(pool(kind, STATES, MASK * 0, POOLED)[0], [0.0, 0.0])


def test_an_unknown_kind_is_named():
    with pytest.raises(ValueError, match="'median'"):
        pool("median", STATES, MASK, POOLED)
