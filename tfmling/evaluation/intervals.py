"""How sure a measured share is."""

import math

NORMAL_975 = 1.959963984540054  # 97.5 % point of the standard normal: two-sided 95 %


def wilson_interval(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % score interval of a binomial share.

    Edwin B. Wilson (1927), "Probable Inference, the Law of Succession, and Statistical Inference".
    Unlike share +- 2 standard errors it stays inside 0..1 and keeps its width at 0 and 1.

    Args:
        successes: 0 to trials.
        trials: at least 1.

    Returns:
        Lower and upper bound, each 0..1.

    Raises:
        ValueError: arguments out of range.
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
