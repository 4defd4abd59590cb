"""Wilson's interval: published and hand-computed values."""

import pytest

from tfmling.core.intervals import wilson_interval


def test_by_hand():
    # 8 of 10, z^2 = 3.8415: centre (0.8 + 0.19207) / 1.38415 = 0.716744,
    # half width 1.95996 * sqrt(0.016 + 0.0096036) / 1.38415 = 0.226576
    assert wilson_interval(8, 10) == pytest.approx((0.490162, 0.943318), abs=2e-6)


def test_the_example_of_newcombe_1998():
    # Statistics in Medicine 17, table I, method 3: 81 of 263 gives 0.2553 to 0.3662
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_at_the_ends_the_width_stays():
    # nothing of 20: upper bound z^2 / (n + z^2) = 3.8415 / 23.8415; Newcombe: 0.1611
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson_interval(20, 20) == pytest.approx((0.8389, 1.0), abs=5e-5)


@pytest.mark.parametrize(("successes", "trials"), [(0, 0), (-1, 3), (4, 3)])
def test_out_of_range(successes, trials):
    with pytest.raises(ValueError, match=f"got {successes} of {trials}"):
        wilson_interval(successes, trials)
