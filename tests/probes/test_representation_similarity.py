import numpy as np
import pytest

from tfmling.probes.representation_similarity import linear_cka


def test_by_hand():
    # centred x = (-1, 0, 1), y = (-1, 2, -1): x'y = 0; with z = (0, 0, 3) -> (-1, -1, 2): x'z = 3,
    # |x|² = 2, |z|² = 6: 9 / 12
    x, y, z = (np.array(v, float)[:, None] for v in ([0, 1, 2], [0, 3, 0], [0, 0, 3]))
    assert linear_cka(x, y) == pytest.approx(0)
    assert linear_cka(x, z) == pytest.approx(9 / 12)
    assert linear_cka(x, x) == pytest.approx(1)


def test_turned_scaled_and_moved_is_the_same():
    draw = np.random.default_rng(1)
    states = draw.normal(size=(40, 6))
    turn = np.linalg.qr(draw.normal(size=(6, 6)))[0]
    assert linear_cka(states, 3 * states @ turn + 5) == pytest.approx(1)
    assert linear_cka(states, draw.normal(size=(40, 6))) < 0.4


def test_rows_must_match_and_differ():
    with pytest.raises(ValueError, match="got 2 and 3"):
        linear_cka(np.zeros((2, 1)), np.zeros((3, 1)))
    with pytest.raises(ValueError, match="all alike"):
        linear_cka(np.ones((2, 1)), np.array([[1.0], [2.0]]))
