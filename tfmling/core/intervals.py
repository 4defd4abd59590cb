"""Confidence intervals (95 %) of measured figures."""

import math
from collections.abc import Callable

import numpy as np

# scores of one test set by name: p_at_1, p_at_1_low, p_at_1_high, count
Scores = dict[str, float | int]

RESAMPLES = 1000
NORMAL_975 = 1.959963984540054  # 97.5 % point of the standard normal: two-sided 95 %


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a proportion.

    Edwin B. Wilson (1927), "Probable Inference, the Law of Succession, and Statistical Inference".
    Unlike the proportion ± 2 standard errors, it stays between 0 and 1 and does not shrink to a
    point at 0 and 1.

    Args:
        successes: 0 to trials.
        trials: at least 1.

    Returns:
        Lower and upper bound, each 0..1.

    Raises:
        ValueError: arguments out of range.

    Example:
        >>> low, high = wilson_interval(5, 10)
        >>> round(low, 3), round(high, 3)
        (0.237, 0.763)
    """
    if trials < 1 or not 0 <= successes <= trials:
        raise ValueError(
            f"expected 0 <= successes <= trials and trials >= 1, got {successes} of {trials}"
        )
    share, squared = successes / trials, NORMAL_975**2
    centre = (share + squared / (2 * trials)) / (1 + squared / trials)
    spread = math.sqrt(share * (1 - share) / trials + squared / (4 * trials**2))
    half_width = NORMAL_975 * spread / (1 + squared / trials)
    return max(0.0, centre - half_width), min(1.0, centre + half_width)


def share_with_interval(name: str, successes: int, trials: int) -> Scores:
    """Return a share as `name`, with its Wilson interval as `name_low` and `name_high`.

    Example:
        >>> share_with_interval("accuracy", 3, 4)["accuracy"]
        0.75
    """
    low, high = wilson_interval(successes, trials)
    return {name: successes / trials, f"{name}_low": low, f"{name}_high": high}


def mean_with_interval(name: str, values_N: np.ndarray) -> Scores:
    """Return a mean as `name`, with its 95 % interval (normal approximation) beside it.

    Args:
        name: key of the mean; the ends are `name_low` and `name_high`.
        values_N: float64 [N], at least one.

    Example:
        >>> mean_with_interval("loss", np.array([1.0, 3.0]))["loss"]
        2.0
    """
    mean, count = float(values_N.mean()), len(values_N)
    half_width = NORMAL_975 * float(values_N.std(ddof=count > 1)) / count**0.5
    return {name: mean, f"{name}_low": mean - half_width, f"{name}_high": mean + half_width}


def paired_t_interval(differences: np.ndarray) -> tuple[float, float]:
    """Return the 95 % t interval of a mean, such as that of paired differences over seeds.

    "Student" (1908), "The Probable Error of a Mean". It is wide for few pairs: three need
    4.30 standard errors, where a normal distribution would take 1.96.

    Args:
        differences: float [pairs], at least two.

    Raises:
        ValueError: fewer than two differences.

    Example:
        >>> low, high = paired_t_interval(np.array([1.0, 2.0, 3.0]))  # 2 ± 4.303 / sqrt(3)
        >>> round(low, 2), round(high, 2)
        (-0.48, 4.48)
    """
    from scipy import stats  # Beam's workers lack it

    count = len(differences)
    if count < 2:
        raise ValueError(f"expected at least two differences, got {count}")
    error = float(np.std(differences, ddof=1)) / math.sqrt(count)
    mean, half_width = float(np.mean(differences)), error * float(stats.t.ppf(0.975, count - 1))
    return mean - half_width, mean + half_width


def bootstrap_interval(
    samples: tuple[np.ndarray, ...],
    statistic: Callable[..., float],
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> tuple[float, float]:
    """Return the 95 % bootstrap percentile interval of a statistic.

    Efron (1979). Unlike `scipy.stats.bootstrap`, resamples for which the statistic is undefined
    (NaN) are ignored. If it is undefined for all of them, both bounds are NaN.

    Args:
        samples: arrays of one length, resampled together.
        statistic: takes the resampled arrays.
        seed: of the resampling.
        resamples: number of resamples.

    Example:
        >>> bootstrap_interval((np.array([2.0, 2.0, 2.0]),), np.mean)
        (2.0, 2.0)
    """
    generator = np.random.default_rng(seed)
    count = len(samples[0])
    drawn = (generator.integers(0, count, count) for _ in range(resamples))
    values = np.array([statistic(*(sample[rows] for sample in samples)) for rows in drawn])
    if np.isnan(values).all():
        return float("nan"), float("nan")
    low, high = np.nanpercentile(values, (2.5, 97.5))
    return float(low), float(high)
