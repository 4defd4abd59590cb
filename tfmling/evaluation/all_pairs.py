"""Similarity search between all pairs of languages, scored by its error (xsim).

As in the FLORES and NLLB papers (NLLB Team 2022, section 5; LASER's code): the share of source
sentences whose best candidate by ratio margin, k = 4, is not their translation.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations, permutations
from typing import ClassVar, Literal

import numpy as np

from tfmling.core.intervals import Scores, share_with_interval
from tfmling.evaluation.aligned_set import AlignedSet
from tfmling.evaluation.retrieval import Answers, search_both_ways
from tfmling.evaluation.test_set import EmbeddedSet


class AllPairsSet(AlignedSet):
    """The search error of each ordered pair of languages.

    Example:
        >>> _ = open("en", "w").write("Hello.\\n")
        >>> _ = open("sw", "w").write("Habari.\\n")
        >>> sides = [dict(format="plain_text", path=x, language=x) for x in ("en", "sw")]
        >>> AllPairsSet(kind="all_pairs", name="ntrex", sentences=sides).keys
        ['en-sw', 'sw-en']
    """

    TITLE: ClassVar = "Similarity search in all pairs: xsim error (95 % Wilson interval)"
    METRICS: ClassVar = {"xsim_error": "xsim error"}
    AXIS: ClassVar = "xsim error"
    BARS: ClassVar = False

    kind: Literal["all_pairs"]

    @property
    def keys(self) -> list[str]:
        """All ordered pairs, such as `sw-en`."""
        return [f"{source}-{target}" for source, target in permutations(self.languages, 2)]

    def sides(self) -> Mapping[str, Sequence[int]]:
        """The two languages of each pair."""
        return dict(zip(self.keys, permutations(range(len(self.languages)), 2), strict=True))

    def score(self, embedded: EmbeddedSet) -> dict[str, Scores]:
        """Compute `xsim_error` with its interval, and `p_at_1` by cosine."""
        scores = dict.fromkeys(self.keys, Scores())
        for (source, source_ND), (target, target_ND) in combinations(
            zip(self.languages, embedded.vectors, strict=True), 2
        ):
            forward, backward = search_both_ways(source_ND, target_ND, embedded.neighbors)
            scores[f"{source}-{target}"] = _search_error(forward)
            scores[f"{target}-{source}"] = _search_error(backward)
        return scores


def _search_error(answers: Answers) -> Scores:
    line_N = np.arange(len(answers.by_margin))
    wrong = int((answers.by_margin != line_N).sum())
    return {
        "count": len(line_N),
        **share_with_interval("xsim_error", wrong, len(line_N)),
        "p_at_1": float((answers.by_cosine == line_N).mean()),
    }
