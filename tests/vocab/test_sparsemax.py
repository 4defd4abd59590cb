"""Sparsemax by hand."""

import numpy as np

from tfmling.vocab.sparsemax import sparsemax


def test_by_hand() -> None:
    scores = np.array([[0.5, 0.2, -1.0], [1.0, 1.0, 1.0], [3.0, 1.0, 2.0], [0.0, 0.4, 0.2]])
    # row 0: two in support, threshold (0.5 + 0.2 - 1) / 2 = -0.15
    # row 2: 1 + 2 * 2 > 3 + 2 fails, so only the highest
    # row 3: three in support, threshold (0.6 - 1) / 3
    expected = [[0.65, 0.35, 0], [1 / 3] * 3, [1, 0, 0], [0.4 / 3, 0.4 + 0.4 / 3, 0.2 + 0.4 / 3]]
    np.testing.assert_allclose(sparsemax(scores), expected, atol=1e-12)


def test_it_is_the_nearest_point_of_the_simplex() -> None:
    draw = np.random.default_rng(1)
    scores = draw.normal(size=(1, 6))
    found = sparsemax(scores)
    np.testing.assert_allclose(found.sum(), 1)
    others = draw.dirichlet(np.ones(6), size=20_000)
    assert ((others - scores) ** 2).sum(axis=1).min() >= ((found - scores) ** 2).sum()
