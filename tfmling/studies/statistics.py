"""Statistics over seeds: means, differences from the baseline, and a verdict on each.

A difference no larger than the spread over seeds counts as no difference.
"""

import dataclasses
from collections.abc import Mapping
from typing import Literal

import numpy as np

from tfmling.core.intervals import bootstrap_interval, paired_t_interval

Verdict = Literal[
    "better",
    "worse",
    "no difference",
    "better, interval includes 0",
    "worse, interval includes 0",
    "too few seeds",
    "identical for all seeds",
]
PAIRED_T = "paired t over seeds, of the same test items"
BOOTSTRAP = "paired bootstrap over test items, means of seeds"


@dataclasses.dataclass(frozen=True)
class Summary:
    """Mean and standard deviation (n - 1) over seeds; the deviation of one seed is None.

    Example:
        >>> summarize({1: 0.5})
        Summary(mean=0.5, deviation=None, count=1)
    """

    mean: float
    deviation: float | None
    count: int


@dataclasses.dataclass(frozen=True)
class Difference:
    """A variant minus the baseline, over the seeds that both have.

    Attributes:
        mean: of the differences.
        low, high: ends of the 95 % interval; None without items if there is only one pair, or if
            all pairs are the same run because seeds change nothing.
        method: how the interval was computed.
        verdict: in words.
        pairs: the number of common seeds.

    Example:
        >>> found = compare({1: 0.75, 2: 0.75}, {1: 0.5, 2: 0.5})
        >>> found.mean, found.verdict
        (0.25, 'identical for all seeds')
    """

    mean: float
    low: float | None
    high: float | None
    method: str
    verdict: Verdict
    pairs: int


def summarize(values: Mapping[int, float]) -> Summary:
    """Compute mean and standard deviation of at least one number by seed.

    Example:
        >>> summarize({1: 1.0, 2: 2.0, 3: 3.0})
        Summary(mean=2.0, deviation=1.0, count=3)
    """
    numbers = np.array(list(values.values()))
    deviation = float(numbers.std(ddof=1)) if len(numbers) > 1 else None
    return Summary(float(numbers.mean()), deviation, len(numbers))


def compare(
    variant: Mapping[int, float],
    baseline: Mapping[int, float],
    *,
    lower_is_better: bool = False,
    variant_items: Mapping[int, np.ndarray] | None = None,
    baseline_items: Mapping[int, np.ndarray] | None = None,
) -> Difference | None:
    """Compare two variants, paired by seed.

    Args:
        variant: seed -> score.
        baseline: seed -> score.
        lower_is_better: whether a negative difference is a gain.
        variant_items: seed -> one number per test item. If both variants have items for all
            common seeds, the interval is a bootstrap over items.
        baseline_items: the same items in the same order.

    Returns:
        The difference; None if no seed is common.

    Example:
        >>> compare({1: 0.5, 2: 0.6, 3: 0.7}, {1: 0.4, 2: 0.5, 3: 0.6}).verdict
        'no difference'
    """
    common = sorted(variant.keys() & baseline.keys())
    if not common:
        return None
    differences = np.array([variant[seed] - baseline[seed] for seed in common])
    mean = float(differences.mean())
    identical = len(common) > 1 and not (_vary(variant) or _vary(baseline))
    runs = differences[:1] if identical else differences  # repetitions of one run are no sample
    low, high, method = _interval(runs, common, variant_items or {}, baseline_items or {})
    spread = _spread(variant, baseline) if len(common) > 1 else None
    judged = _verdict(mean, low, high, spread, lower_is_better)
    verdict: Verdict = "identical for all seeds" if identical else judged
    return Difference(mean, low, high, method, verdict, len(common))


def _interval(
    differences: np.ndarray,
    seeds: list[int],
    variant_items: Mapping[int, np.ndarray],
    baseline_items: Mapping[int, np.ndarray],
) -> tuple[float | None, float | None, str]:
    if set(seeds) <= variant_items.keys() & baseline_items.keys():
        paired = [variant_items[seed] - baseline_items[seed] for seed in seeds]
        each = np.mean(paired, axis=0)
        return *bootstrap_interval((each,), lambda drawn: float(drawn.mean())), BOOTSTRAP
    if len(differences) < 2:
        return None, None, PAIRED_T
    return *paired_t_interval(differences), PAIRED_T


def _vary(values: Mapping[int, float]) -> bool:
    # not by the deviation, which rounding may keep from being 0 for equal numbers
    return len(set(values.values())) > 1


def _spread(variant: Mapping[int, float], baseline: Mapping[int, float]) -> float | None:
    """The larger standard deviation of both; None if neither has one."""
    deviations = [summarize(values).deviation for values in (variant, baseline)]
    return max((deviation for deviation in deviations if deviation is not None), default=None)


def _verdict(
    mean: float, low: float | None, high: float | None, spread: float | None, lower: bool
) -> Verdict:
    if spread is None or low is None or high is None:
        return "too few seeds"
    if abs(mean) <= spread:
        return "no difference"
    excludes_0 = low > 0 or high < 0
    if (mean < 0) == lower:
        return "better" if excludes_0 else "better, interval includes 0"
    return "worse" if excludes_0 else "worse, interval includes 0"
