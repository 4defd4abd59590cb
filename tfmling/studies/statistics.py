"""What may be said of an arm over seeds, and of its difference from the baseline.

A house rule: a gain that is not larger than the spread over seeds is no gain.
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
    "better, interval holds 0",
    "worse, interval holds 0",
    "too few seeds",
    "no seed changes it",
]
PAIRED_T = "paired t over seeds, of the same test items"
BOOTSTRAP = "paired bootstrap over test items, means of seeds"


@dataclasses.dataclass(frozen=True)
class Summary:
    """Mean and standard deviation (n - 1) over seeds; None where one seed has none."""

    mean: float
    deviation: float | None
    count: int


@dataclasses.dataclass(frozen=True)
class Difference:
    """From the baseline, by seeds that both have.

    Attributes:
        mean: arm - baseline.
        low, high: the 95 % interval; None where there are no items and only one pair, or pairs that
            are one run again and again, since no seed changes either arm.
        method: how the interval was made.
        verdict: in words.
        pairs: how many seeds both have.
    """

    mean: float
    low: float | None
    high: float | None
    method: str
    verdict: Verdict
    pairs: int


def summarise(values: Mapping[int, float]) -> Summary:
    """Of at least one number by seed."""
    numbers = np.array(list(values.values()))
    deviation = float(numbers.std(ddof=1)) if len(numbers) > 1 else None
    return Summary(float(numbers.mean()), deviation, len(numbers))


def compare(
    arm: Mapping[int, float],
    baseline: Mapping[int, float],
    *,
    lower_is_better: bool = False,
    arm_items: Mapping[int, np.ndarray] | None = None,
    baseline_items: Mapping[int, np.ndarray] | None = None,
) -> Difference | None:
    """The difference of two arms, paired by seed; None where no seed is common.

    Args:
        arm: seed -> figure.
        baseline: the same of what is compared with.
        lower_is_better: whether a negative difference is a gain.
        arm_items: seed -> one number a test item; with both of every pair the interval is over
            items.
        baseline_items: the same items in the same order.
    """
    common = sorted(arm.keys() & baseline.keys())
    if not common:
        return None
    differences = np.array([arm[seed] - baseline[seed] for seed in common])
    mean = float(differences.mean())
    unchanged = len(common) > 1 and not (_changes(arm) or _changes(baseline))
    runs = differences[:1] if unchanged else differences  # the same run again tells nothing
    low, high, method = _interval(runs, common, arm_items or {}, baseline_items or {})
    spread = _spread(arm, baseline) if len(common) > 1 else None
    judged = _verdict(mean, low, high, spread, lower_is_better)
    verdict: Verdict = "no seed changes it" if unchanged else judged
    return Difference(mean, low, high, method, verdict, len(common))


def _interval(
    differences: np.ndarray,
    seeds: list[int],
    arm_items: Mapping[int, np.ndarray],
    baseline_items: Mapping[int, np.ndarray],
) -> tuple[float | None, float | None, str]:
    if set(seeds) <= arm_items.keys() & baseline_items.keys():
        paired = [arm_items[seed] - baseline_items[seed] for seed in seeds]
        each = np.mean(paired, axis=0)
        return *bootstrap_interval((each,), lambda drawn: float(drawn.mean())), BOOTSTRAP
    if len(differences) < 2:
        return None, None, PAIRED_T
    return *paired_t_interval(differences), PAIRED_T


def _changes(values: Mapping[int, float]) -> bool:
    """Whether seeds make a difference; a deviation of equal numbers need not be 0 when rounded."""
    return len(set(values.values())) > 1


def _spread(arm: Mapping[int, float], baseline: Mapping[int, float]) -> float | None:
    """The larger standard deviation of both; None where neither has one."""
    deviations = [summarise(values).deviation for values in (arm, baseline)]
    return max((deviation for deviation in deviations if deviation is not None), default=None)


def _verdict(
    mean: float, low: float | None, high: float | None, spread: float | None, lower: bool
) -> Verdict:
    if spread is None or low is None or high is None:
        return "too few seeds"
    if abs(mean) <= spread:
        return "no difference"
    certain = low > 0 or high < 0
    if (mean < 0) == lower:
        return "better" if certain else "better, interval holds 0"
    return "worse" if certain else "worse, interval holds 0"
