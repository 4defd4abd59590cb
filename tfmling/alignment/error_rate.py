"""Alignment error rate, precision and recall against hand-drawn links.

Och and Ney (2003), section 2.4: with found links A, sure links S and possible links P ⊇ S,
AER = 1 - (|A ∩ S| + |A ∩ P|) / (|A| + |S|), precision |A ∩ P| / |A|, recall |A ∩ S| / |S|.
"""

import dataclasses
from collections.abc import Sequence, Set

import numpy as np

from tfmling.alignment.links import Link
from tfmling.core.intervals import bootstrap_interval


@dataclasses.dataclass(frozen=True)
class AlignmentScores:
    """Scores over all pairs together, between 0 and 1.

    Attributes:
        aer: alignment error rate, lower is better.
        aer_low: lower end of its 95 % bootstrap interval over pairs.
        aer_high: upper end.
        precision: share of found links that are possible.
        recall: share of sure links that were found.
        links: number of found links.
        pairs: number of scored pairs.

    Example:
        >>> found, sure = [{(0, 0), (1, 1)}], [{(0, 0)}]
        >>> scores = alignment_scores(found, sure, possible=sure)
        >>> scores.precision, scores.recall, round(scores.aer, 3)  # 1 - (1 + 1) / (2 + 1)
        (0.5, 1.0, 0.333)
    """

    aer: float
    aer_low: float
    aer_high: float
    precision: float
    recall: float
    links: int
    pairs: int


def alignment_scores(
    found: Sequence[Set[Link]],
    sure: Sequence[Set[Link]],
    possible: Sequence[Set[Link]],
    seed: int = 1,
) -> AlignmentScores:
    """Score the links of all pairs against hand-drawn ones.

    Args:
        found: links of each pair.
        sure: sure links of each pair.
        possible: possible links of each pair, including the sure ones.
        seed: of the percentile bootstrap over pairs (Efron 1979).

    Raises:
        ValueError: the numbers of pairs differ, or there is no sure link.

    Example:
        >>> alignment_scores([{(0, 0), (1, 1)}], [{(0, 0)}], [{(0, 0), (0, 1)}]).aer
        0.33333333333333337
    """
    if not len(found) == len(sure) == len(possible):
        raise ValueError(
            f"expected links of the same number of pairs, got {len(found)}, {len(sure)} and "
            f"{len(possible)}"
        )
    counts_N4 = np.array(
        [
            (len(a), len(s), len(a & s), len(a & p))
            for a, s, p in zip(found, sure, possible, strict=True)
        ],
        np.int64,
    ).reshape(-1, 4)
    links, sure_links, hits, possible_hits = counts_N4.sum(axis=0).tolist()
    if not sure_links:
        raise ValueError("expected sure links in the gold alignment, got none")
    low, high = bootstrap_interval((counts_N4,), _error_rate, seed)
    return AlignmentScores(
        aer=_error_rate(counts_N4),
        aer_low=low,
        aer_high=high,
        precision=possible_hits / links if links else 0.0,
        recall=hits / sure_links,
        links=links,
        pairs=len(counts_N4),
    )


def _error_rate(counts_N4: np.ndarray) -> float:
    links, sure_links, hits, possible_hits = counts_N4.sum(axis=0).tolist()
    return 1 - (hits + possible_hits) / max(links + sure_links, 1)
