"""Language bias: does a query prefer sentences of its own language to its translations?

As in LAReQA (Roy et al. 2020, "LAReQA: Language-agnostic answer retrieval from a multilingual
pool"): the sentences of all languages form one pool. A model without language bias ("strongly
aligned") ranks every translation above everything else. A "weakly aligned" model may score well on
each language pair and still rank sentences of the query's language first.

Shapes: L languages, N sentences, D width, Q = N queries of one language, P = L * N the pool.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

import numpy as np

from tfmling.core.intervals import Scores, share_with_interval
from tfmling.evaluation.aligned_set import AlignedSet
from tfmling.evaluation.test_set import EmbeddedSet

_BLOCK = 1024  # queries whose similarities to the pool are in memory together


class LanguageBiasSet(AlignedSet):
    """One pool of all languages; each query searches for its nearest other sentence.

    Example:
        >>> _ = open("en", "w").write("Hello.\\n")
        >>> _ = open("sw", "w").write("Habari.\\n")
        >>> sides = [dict(format="plain_text", path=x, language=x) for x in ("en", "sw")]
        >>> LanguageBiasSet(kind="language_bias", name="ntrex", sentences=sides).read()
        (['Hello.'], ['Habari.'])
    """

    TITLE: ClassVar = "One pool of all languages (95 % Wilson interval)"
    METRICS: ClassVar = {
        "p_at_1_pool": "nearest is a translation",
        "own_language": "nearest is another sentence of the own language",
    }
    AXIS: ClassVar = "nearest is a translation"

    kind: Literal["language_bias"]

    @property
    def keys(self) -> list[str]:
        """The languages of the queries."""
        return self.languages

    def sides(self) -> Mapping[str, Sequence[int]]:
        """The language of the queries."""
        return {language: (number,) for number, language in enumerate(self.languages)}

    def score(self, embedded: EmbeddedSet) -> dict[str, Scores]:
        """Score the queries of each language; see `describe_nearest`."""
        nearest_LN = nearest_in_pool(embedded.vectors)
        return {
            language: describe_nearest(nearest_LN[number], number)
            for number, language in enumerate(self.languages)
        }


def nearest_in_pool(vectors: Sequence[np.ndarray]) -> np.ndarray:
    """Find each sentence's nearest other sentence.

    Args:
        vectors: L arrays [N, D], L2-normalized float32.

    Returns:
        Positions in the pool (language * N + sentence), int64 [L, N].

    Example:
        >>> english = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
        >>> nearest_in_pool([english, english]).tolist()  # each translation is identical
        [[2, 3], [0, 1]]
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
    """Count which of the nearest sentences are translations and which share the language.

    Args:
        nearest_Q: positions in the pool, for sentences 0 to N - 1 of the language.
        language: its number.

    Returns:
        `count`; `p_at_1_pool`, the share of translations, and `own_language`, the share of other
        sentences of the language, with intervals. The rest are other sentences of other languages.

    Example:
        >>> describe_nearest(np.array([2, 0]), language=0)["p_at_1_pool"]  # two of each language
        0.5
    """
    language_Q, sentence_Q = np.divmod(nearest_Q, len(nearest_Q))
    correct = int((sentence_Q == np.arange(len(nearest_Q))).sum())
    own = int((language_Q == language).sum())
    return {
        "count": len(nearest_Q),
        **share_with_interval("p_at_1_pool", correct, len(nearest_Q)),
        **share_with_interval("own_language", own, len(nearest_Q)),
    }
