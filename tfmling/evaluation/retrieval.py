"""Tatoeba-style retrieval: is the nearest sentence of the other language the translation?

Every source sentence looks for its translation among all target sentences of the set, once by
cosine and once by ratio margin over its k nearest candidates, as in Artetxe and Schwenk (2019),
"Massively Multilingual Sentence Embeddings", section 4.3, and their margin paper (see
`tfmling.mining.margins`). P@1 is the share that finds it.

A sentence that occurs twice in the target side is one answer: whoever finds its other copy, text
equal to the letter, is right. (Scores by line number alone, as LASER prints them, are a little
lower where a set holds such copies; `p_at_1_by_line` is that figure.)

Shape letters: N sentence pairs, D width.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from tfmling.core.intervals import Scores, share_with_interval
from tfmling.corpora import AnyBitext
from tfmling.evaluation.test_set import Scored, TestSet, Texts
from tfmling.evaluation.test_sets import read_pairs
from tfmling.mining.margins import margin_scores
from tfmling.mining.neighbours import Neighbours, nearest_neighbours

LENGTHS = ("short", "medium", "long")


class RetrievalSet(TestSet):
    """Sentence pairs; every sentence looks for its translation, in both directions."""

    TITLE: ClassVar = "Retrieval of translations: P@1 (95 % Wilson interval)"
    SHOWN: ClassVar = {"p_at_1": "cosine", "p_at_1_margin": "margin"}
    AXIS: ClassVar = "P@1 by cosine"

    kind: Literal["retrieval"]
    pairs: AnyBitext

    @property
    def keys(self) -> list[str]:
        """`sw-en` and `en-sw`."""
        source, target = self.pairs.source_language, self.pairs.target_language
        return [f"{source}-{target}", f"{target}-{source}"]

    def read(self) -> Texts:
        """Source and target sentences, line by line."""
        return read_pairs(self.pairs)

    def score(self, scored: Scored) -> dict[str, Scores]:
        """Both directions, keys as `describe` gives."""
        (source_ND, target_ND), (source, target) = scored.vectors, scored.texts
        both = retrieval_scores(source_ND, target_ND, source, target, scored.neighbours)
        return dict(zip(self.keys, both, strict=True))


@dataclass(frozen=True)
class Found:
    """The line number [N] of each query's best candidate."""

    by_cosine: np.ndarray
    by_margin: np.ndarray


def retrieval_scores(
    source_ND: np.ndarray,
    target_ND: np.ndarray,
    source_texts: Sequence[str],
    target_texts: Sequence[str],
    k: int = 4,
) -> tuple[Scores, Scores]:
    """Scores both directions of one set.

    Args:
        source_ND: L2-normalized float32 vectors of the source sentences.
        target_ND: the same of their translations, line by line.
        source_texts: the N source sentences.
        target_texts: the N target sentences.
        k: neighbours of the margin; where the set is smaller, all.

    Returns:
        Source to target, target to source; keys as `describe` and `by_length` give.
    """
    forward, backward = find_both_ways(source_ND, target_ND, k)
    return (
        describe(forward, target_texts) | by_length(forward, source_texts, target_texts),
        describe(backward, source_texts) | by_length(backward, target_texts, source_texts),
    )


def find_both_ways(source_ND: np.ndarray, target_ND: np.ndarray, k: int) -> tuple[Found, Found]:
    """The best candidates from source to target, and from target to source."""
    k = min(k, len(source_ND))
    forward = nearest_neighbours(source_ND, target_ND, k)
    backward = nearest_neighbours(target_ND, source_ND, k)
    return _best(forward, backward), _best(backward, forward)


def _best(own: Neighbours, other: Neighbours) -> Found:
    scores_NK = margin_scores(
        own.similarity, own.index, own.mean_similarity, other.mean_similarity, "ratio"
    )
    # the first, which is the nearest, where no candidate has a margin
    best_N1 = scores_NK.argmax(axis=1)[:, None]
    return Found(own.index[:, 0], np.take_along_axis(own.index, best_N1, axis=1)[:, 0])


def describe(found: Found, candidate_texts: Sequence[str]) -> Scores:
    """P@1 by cosine and by margin, 95 % Wilson intervals, and the number of sentences.

    Args:
        found: the answers; the right one of query i is candidate i, or a copy of it.
        candidate_texts: the N texts.

    Returns:
        `count`; `p_at_1`, `p_at_1_low`, `p_at_1_high`, the same for `p_at_1_margin`, and
        `p_at_1_by_line` (cosine, copies not accepted).
    """
    by_cosine = count_right(found.by_cosine, candidate_texts)
    by_margin = count_right(found.by_margin, candidate_texts)
    by_line = int((found.by_cosine == np.arange(len(candidate_texts))).sum())
    return {
        "count": len(candidate_texts),
        **share_with_interval("p_at_1", by_cosine, len(candidate_texts)),
        **share_with_interval("p_at_1_margin", by_margin, len(candidate_texts)),
        "p_at_1_by_line": by_line / len(candidate_texts),
    }


def by_length(found: Found, query_texts: Sequence[str], candidate_texts: Sequence[str]) -> Scores:
    """P@1 by cosine for the shortest, the middle and the longest third of N queries.

    Returns:
        `p_at_1_short`, `p_at_1_medium`, `p_at_1_long`; a third without a query is left out.
    """
    order_N = np.argsort([len(text) for text in query_texts], kind="stable")
    right_N = right_answers(found.by_cosine, candidate_texts)
    thirds = zip(LENGTHS, np.array_split(right_N[order_N], len(LENGTHS)), strict=True)
    return {f"p_at_1_{length}": float(third.mean()) for length, third in thirds if len(third)}


def right_answers(answer_N: np.ndarray, candidate_texts: Sequence[str]) -> np.ndarray:
    """Which queries i were answered with candidate i or with a copy of its text, bool [N]."""
    answers = enumerate(answer_N)
    return np.array([candidate_texts[a] == candidate_texts[i] for i, a in answers], bool)


def count_right(answer_N: np.ndarray, candidate_texts: Sequence[str]) -> int:
    """How many queries i were answered with candidate i or with a copy of its text."""
    return int(right_answers(answer_N, candidate_texts).sum())
