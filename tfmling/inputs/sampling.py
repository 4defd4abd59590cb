"""How languages share the batches."""

from collections.abc import Mapping


def smoothed_rates(sizes: Mapping[str, float], exponent: float) -> dict[str, float]:
    """Shares proportional to size ** exponent (1 as in the data, 0 all alike).

    EXTEND's released code uses 0.7, LaBSE's vocabulary 0.3.

    Raises:
        ValueError: no size is positive.
    """
    powers = {key: size**exponent if size > 0 else 0.0 for key, size in sizes.items()}
    total = sum(powers.values())
    if total <= 0:
        raise ValueError(f"cannot share batches among {sorted(sizes)}: all are empty")
    return {key: power / total for key, power in powers.items()}


def capped(counts: Mapping[str, float], cap: float | None) -> dict[str, float]:
    """Sizes of which none counts as more than `cap`: with the exponent 1, an epoch of min(n, cap)
    records of each language holds no language more than `cap` times.

    LaBSE capped its bitext at 100 million pairs a language (2007.01852, section 3.1).
    """
    return {key: count if cap is None else min(count, cap) for key, count in counts.items()}
