"""Every language against every other: the error of similarity search.

xsim, as the FLORES and NLLB papers report it (NLLB Team 2022, section 5; code of LASER): the share
of source sentences whose best candidate by ratio margin, k = 4, is not the line that translates it.

Shape letters: N sentences.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations, permutations
from typing import ClassVar, Literal

import numpy as np

from tfmling.core.intervals import Scores, share_with_interval
from tfmling.evaluation.aligned_set import AlignedSet
from tfmling.evaluation.retrieval import Found, find_both_ways
from tfmling.evaluation.test_set import Scored


class AllPairsSet(AlignedSet):
    """The search error for each ordered pair of languages."""

    TITLE: ClassVar = "Similarity search in all pairs: xsim error (95 % Wilson interval)"
    SHOWN: ClassVar = {"xsim_error": "xsim error"}
    AXIS: ClassVar = "xsim error"
    BARS: ClassVar = False

    kind: Literal["all_pairs"]

    @property
    def keys(self) -> list[str]:
        """`sw-en` and all other ordered pairs."""
        return [f"{source}-{target}" for source, target in permutations(self.languages, 2)]

    def sides(self) -> Mapping[str, Sequence[int]]:
        """The two languages of each pair."""
        return dict(zip(self.keys, permutations(range(len(self.languages)), 2), strict=True))

    def score(self, scored: Scored) -> dict[str, Scores]:
        """`xsim_error` and its interval; `p_at_1` by cosine."""
        figures = dict.fromkeys(self.keys, Scores())
        for (source, source_ND), (target, target_ND) in combinations(
            zip(self.languages, scored.vectors, strict=True), 2
        ):
            forward, backward = find_both_ways(source_ND, target_ND, scored.neighbours)
            figures[f"{source}-{target}"] = search_error(forward)
            figures[f"{target}-{source}"] = search_error(backward)
        return figures


def search_error(found: Found) -> Scores:
    """How many of N answers are not the line of the query, by margin and by cosine."""
    line_N = np.arange(len(found.by_margin))
    wrong = int((found.by_margin != line_N).sum())
    return {
        "count": len(line_N),
        **share_with_interval("xsim_error", wrong, len(line_N)),
        "p_at_1": float((found.by_cosine == line_N).mean()),
    }
