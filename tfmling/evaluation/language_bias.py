"""Does a query prefer sentences of its own language to translations of itself?

As in LAReQA (Roy et al. 2020, "LAReQA: Language-agnostic answer retrieval from a multilingual
pool"): all sentences of all languages lie in one pool. A model without language bias ("strongly
aligned") ranks every translation above everything else; one that is aligned language by language
can score well pair by pair and still put sentences of the query's language first.

Shape letters: L languages, N sentences, D width, Q queries of one language (Q = N), P the pool
(P = LN).
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

import numpy as np

from tfmling.core.intervals import Scores, share_with_interval
from tfmling.evaluation.aligned_set import AlignedSet
from tfmling.evaluation.test_set import Scored

_BLOCK = 1024  # queries whose similarities to the pool are held at once


class LanguageBiasSet(AlignedSet):
    """One pool of all languages; each query looks for its nearest sentence but itself."""

    TITLE: ClassVar = "One pool of all languages (95 % Wilson interval)"
    SHOWN: ClassVar = {
        "p_at_1_pool": "nearest is a translation",
        "own_language": "nearest is another sentence of the own language",
    }
    AXIS: ClassVar = "nearest is a translation"

    kind: Literal["language_bias"]

    @property
    def keys(self) -> list[str]:
        """The language of the queries."""
        return self.languages

    def sides(self) -> Mapping[str, Sequence[int]]:
        """The language of the queries."""
        return {language: (number,) for number, language in enumerate(self.languages)}

    def score(self, scored: Scored) -> dict[str, Scores]:
        """Keys as `describe_nearest` gives."""
        nearest_LN = nearest_in_pool(scored.vectors)
        return {
            language: describe_nearest(nearest_N, number)
            for number, (language, nearest_N) in enumerate(
                zip(self.languages, nearest_LN, strict=True)
            )
        }


def nearest_in_pool(vectors: Sequence[np.ndarray]) -> np.ndarray:
    """The place in the pool (language * N + sentence) of each sentence's nearest other.

    Args:
        vectors: L arrays [N, D], L2-normalized float32.

    Returns:
        int64 [L, N].
    """
    pool_PD = np.concatenate(vectors)
    nearest = np.empty(len(pool_PD), np.int64)
    for start in range(0, len(pool_PD), _BLOCK):
        similarity_BP = pool_PD[start : start + _BLOCK] @ pool_PD.T
        rows_B = np.arange(len(similarity_BP))
        similarity_BP[rows_B, start + rows_B] = -np.inf
        nearest[start : start + _BLOCK] = similarity_BP.argmax(axis=1)
    return nearest.reshape(len(vectors), -1)


def describe_nearest(nearest_Q: np.ndarray, language: int) -> Scores:
    """What the nearest sentences of the queries of one language are.

    Args:
        nearest_Q: places in the pool, of sentences 0..N-1 of the language.
        language: the number of the language.

    Returns:
        `count`; `p_at_1_pool`: a translation; `own_language`: another sentence of the language;
        with intervals. What is left are wrong sentences of other languages.
    """
    of_language_Q, sentence_Q = np.divmod(nearest_Q, len(nearest_Q))
    right = int((sentence_Q == np.arange(len(nearest_Q))).sum())
    own = int((of_language_Q == language).sum())
    return {
        "count": len(nearest_Q),
        **share_with_interval("p_at_1_pool", right, len(nearest_Q)),
        **share_with_interval("own_language", own, len(nearest_Q)),
    }
