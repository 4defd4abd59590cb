"""What is said of differences, from numbers worked out by hand."""

import numpy as np
import pytest

from tfmling.core.intervals import paired_t_interval
from tfmling.studies.statistics import BOOTSTRAP, PAIRED_T, compare, summarize


def test_mean_and_deviation():
    # deviations from 2: -1, 0, 1; squares sum to 2; 2 / (3 - 1) = 1
    summary = summarize({1: 1.0, 2: 2.0, 3: 3.0})
    assert (summary.mean, summary.deviation, summary.count) == (2.0, 1.0, 3)
    assert summarize({1: 5.0}).deviation is None


def test_paired_t_interval():
    # mean 2, deviation 1, standard error 1/sqrt(3) = .57735; t(.975, 2) = 4.30265 (tables)
    low, high = paired_t_interval(np.array([1.0, 2.0, 3.0]))
    assert (low, high) == pytest.approx((2 - 2.48414, 2 + 2.48414), abs=1e-4)
    with pytest.raises(ValueError, match="at least two"):
        paired_t_interval(np.array([1.0]))


def test_pairs_are_of_one_seed():
    # unpaired the variants overlap widely; by seed the difference is .1 each time
    found = compare({1: 0.1, 2: 0.5, 3: 0.9}, {3: 0.8, 2: 0.4, 1: 0.0})
    assert found.mean == pytest.approx(0.1)
    assert (found.low, found.high) == pytest.approx((0.1, 0.1))
    assert (found.method, found.pairs) == (PAIRED_T, 3)
    assert found.verdict == "no difference"  # .1 is less than the spread of .4


@pytest.mark.parametrize(
    ("gains", "lower", "verdict"),
    [
        ([0.30, 0.31, 0.32], False, "better"),
        ([0.30, 0.31, 0.32], True, "worse"),
        ([-0.30, -0.31, -0.32], True, "better"),
        ([-0.30, -0.31, -0.32], False, "worse"),
        ([0.00, 0.01, 0.02], False, "no difference"),
        # mean .02 and deviation .01, so larger than the spread; t: .02 -+ .0248
        ([0.01, 0.02, 0.03], False, "better, interval includes 0"),
    ],
)
def test_words(gains, lower, verdict):
    baseline = dict.fromkeys((1, 2, 3), 0.5)
    variant = {seed: 0.5 + gain for seed, gain in zip((1, 2, 3), gains, strict=True)}
    assert compare(variant, baseline, lower_is_better=lower).verdict == verdict


def test_one_seed_is_not_judged():
    found = compare({1: 0.9}, {1: 0.5})
    assert (found.low, found.high, found.verdict) == (None, None, "too few seeds")
    assert compare({1: 0.9}, {2: 0.5}) is None
    assert compare({1: 0.9}, {1: 0.5, 2: 0.6}).verdict == "too few seeds"


def test_runs_that_no_seed_changes_are_one_run():
    found = compare(dict.fromkeys((1, 2, 3), 0.12), dict.fromkeys((1, 2, 3), 0.119))
    assert found.mean == pytest.approx(0.001)
    assert (found.low, found.high, found.verdict) == (None, None, "identical for all seeds")
    # where seeds change one of them, they are runs of their own
    assert compare({1: 0.2, 2: 0.21}, {1: 0.1, 2: 0.1}).verdict.startswith("better")


def test_one_seed_with_items_is_not_judged():
    items = {1: np.array([0.5, 0.7, 0.9])}
    found = compare(
        {1: 0.7, 2: 0.71}, {1: 0.2}, variant_items=items, baseline_items={1: items[1] - 0.5}
    )
    # every item gained .5
    assert (found.low, found.high) == pytest.approx((0.5, 0.5))
    assert found.verdict == "too few seeds"


def test_items_of_some_seeds_only_are_not_resampled():
    items = {1: np.array([0.5, 0.7])}
    found = compare({1: 0.6, 2: 0.7}, {1: 0.5, 2: 0.5}, variant_items=items, baseline_items=items)
    assert found.method == PAIRED_T


def test_items_give_a_bootstrap_over_items():
    generator = np.random.default_rng(0)
    items = {seed: generator.integers(0, 2, 400).astype(float) for seed in (1, 2)}
    variant_items = {seed: np.minimum(each + 0.25, 1.25) for seed, each in items.items()}
    values = {seed: each.mean() for seed, each in items.items()}
    variant = {seed: each.mean() for seed, each in variant_items.items()}
    found = compare(variant, values, variant_items=variant_items, baseline_items=items)
    assert found.method == BOOTSTRAP
    # each item differs by .25: all resamples have that mean
    assert (found.low, found.high) == pytest.approx((0.25, 0.25))
