"""Which size is enough, by hand."""

import pytest

from tfmling.vocab.knee import recommended_size, saving_per_doubling

SIZES = [1000, 2000, 8000, 16_000]
PIECES = [4.0, 2.0, 1.62, 1.6]
# a half at once; 1.62 / 2 = 0.81 in two doublings, 0.9 each; 1.6 / 1.62 = 0.98765
SAVINGS = [0.5, 0.1, 0.012346]


def test_savings() -> None:
    assert saving_per_doubling(SIZES, PIECES) == pytest.approx(SAVINGS, abs=1e-6)


@pytest.mark.parametrize(
    ("min_saving", "size"), [(0.6, 1000), (0.5, 2000), (0.2, 2000), (0.05, 8000), (0.01, 16_000)]
)
def test_the_last_step_that_is_worth_it(min_saving: float, size: int) -> None:
    assert recommended_size(SIZES, PIECES, min_saving) == size


def test_a_dent_does_not_end_the_search() -> None:
    assert recommended_size([1, 2, 4, 8], [4.0, 4.0, 2.0, 2.0], 0.1) == 4
