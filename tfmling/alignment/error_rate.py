"""How far links are from those that people drew: alignment error rate, precision, recall.

Och and Ney (2003), section 2.4: with A the links found, S the sure and P the possible ones (P holds
S), AER = 1 - (|A ∩ S| + |A ∩ P|) / (|A| + |S|), precision |A ∩ P| / |A|, recall |A ∩ S| / |S|.
"""

import dataclasses
from collections.abc import Sequence, Set

import numpy as np

from tfmling.alignment.links import Link
from tfmling.core.intervals import bootstrap_interval


@dataclasses.dataclass(frozen=True)
class AlignmentScores:
    """Scores over all pairs together; all 0 to 1.

    Attributes:
        aer: alignment error rate, lower is better.
        aer_low: lower end of its 95 % interval, over which pairs were in the set.
        aer_high: upper end.
        precision: share of the found links that are possible.
        recall: share of the sure links that were found.
        links: how many were found.
        pairs: how many pairs were scored.
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
    """Scores the links of all pairs against those of people.

    Args:
        found: links of each pair.
        sure: sure links of each pair.
        possible: possible links of each pair, the sure ones among them.
        seed: of the interval, the percentile bootstrap over pairs (Efron 1979).

    Raises:
        ValueError: different numbers of pairs, or no sure link in any.
    """
    if not len(found) == len(sure) == len(possible):
        raise ValueError(
            f"expected links of as many pairs, got {len(found)}, {len(sure)} and {len(possible)}"
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
        raise ValueError("expected sure links in the gold alignment, found none")
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
