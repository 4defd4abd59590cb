"""Products of quantized vectors are exact: any order of summation gives the same bits."""

import numpy as np
import pytest

from tfmling.mining.quantization import STEPS, cosines, quantize


@pytest.mark.parametrize("width", [1, 7, 384, 1024])
def test_products_are_exact_in_any_order(width):
    random = np.random.default_rng(width)
    vectors = random.normal(size=(200, width)).astype(np.float32)
    vectors[0] = 1  # all components rounded the same way
    grid = quantize(vectors)
    exact = grid.astype(np.int64) @ grid.astype(np.int64).T
    assert exact.max() <= STEPS**2
    as_float = grid.astype(np.float32)
    order = random.permutation(width)
    for product in (as_float @ as_float.T, as_float[:, order] @ as_float[:, order].T):
        np.testing.assert_array_equal(product.astype(np.int64), exact)


def test_cosines_are_close_to_those_before():
    vectors = np.random.default_rng(1).normal(size=(100, 384))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    grid = quantize(vectors * 7).astype(np.float32)
    np.testing.assert_allclose(cosines(grid @ grid.T, 384), unit @ unit.T, atol=1e-3)


def test_by_hand():
    # one step in four halves: length 1 - 1 / 4096 becomes 4095 steps
    assert quantize(np.array([[3.0, 4.0]])).tolist() == [
        [round(0.6 * (4096 - 2**0.5 / 2)), round(0.8 * (4096 - 2**0.5 / 2))]
    ]
    assert quantize(np.zeros((1, 3))).tolist() == [[0, 0, 0]]
    assert cosines(np.array([-np.inf], np.float32), 4)[0] == -np.inf


def test_infinite_or_too_wide_vectors_are_rejected():
    with pytest.raises(ValueError, match="NaN or infinity in row 1"):
        quantize(np.array([[1.0, 0.0], [np.nan, 1.0]]))
    with pytest.raises(ValueError, match="at most 4096 components, got 4097"):
        quantize(np.ones((1, 4097)))
