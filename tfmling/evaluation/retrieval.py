"""Translation retrieval: is the nearest sentence of the other language the translation?

Every source sentence searches for its translation among all target sentences, by cosine and by
ratio margin over its k nearest candidates (Artetxe and Schwenk 2019, "Massively Multilingual
Sentence Embeddings", section 4.3; margins: `tfmling.mining.margins`). P@1 is the share of correct
answers.

Copies of the correct text are correct too. `p_at_1_by_line`, which LASER prints, accepts the
correct line number only and is a little lower on sets with duplicates.

Shapes: N sentence pairs, D width.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from tfmling.core.intervals import Scores, share_with_interval
from tfmling.corpora import AnyBitext
from tfmling.evaluation.read_texts import Texts, read_pairs
from tfmling.evaluation.test_set import EmbeddedSet, TestSet
from tfmling.mining.margins import margin_scores
from tfmling.mining.neighbors import Neighbors, nearest_neighbors

LENGTHS = ("short", "medium", "long")


class RetrievalSet(TestSet):
    """Sentence pairs; every sentence searches for its translation, in both directions.

    Example:
        >>> _ = open("en", "w").write("Hello.\\nPeace.\\n")
        >>> _ = open("sw", "w").write("Habari.\\nAmani.\\n")
        >>> languages = dict(source_language="sw", target_language="en")
        >>> pairs = dict(format="moses", source="sw", target="en", **languages)
        >>> RetrievalSet(kind="retrieval", name="news", pairs=pairs).keys
        ['sw-en', 'en-sw']
    """

    TITLE: ClassVar = "Retrieval of translations: P@1 (95 % Wilson interval)"
    METRICS: ClassVar = {"p_at_1": "cosine", "p_at_1_margin": "margin"}
    AXIS: ClassVar = "P@1 by cosine"

    kind: Literal["retrieval"]
    pairs: AnyBitext
    """The sentence pairs: a corpus as in build_bitext."""

    @property
    def keys(self) -> list[str]:
        """Both directions, such as `sw-en` and `en-sw`."""
        source, target = self.pairs.source_language, self.pairs.target_language
        return [f"{source}-{target}", f"{target}-{source}"]

    def read(self) -> Texts:
        """Read source and target sentences."""
        return read_pairs(self.pairs)

    def score(self, embedded: EmbeddedSet) -> dict[str, Scores]:
        """Score both directions; see `retrieval_scores`."""
        (source_ND, target_ND), (source, target) = embedded.vectors, embedded.texts
        both = retrieval_scores(source_ND, target_ND, source, target, embedded.neighbors)
        return dict(zip(self.keys, both, strict=True))


@dataclass(frozen=True)
class Answers:
    """The row of each query's best candidate, int [N].

    Example:
        >>> answers = Answers(by_cosine=np.array([0, 0]), by_margin=np.array([0, 1]))
        >>> float((answers.by_margin == np.arange(2)).mean())  # each line finds its own
        1.0
    """

    by_cosine: np.ndarray
    by_margin: np.ndarray


def retrieval_scores(
    source_ND: np.ndarray,
    target_ND: np.ndarray,
    source_texts: Sequence[str],
    target_texts: Sequence[str],
    k: int = 4,
) -> tuple[Scores, Scores]:
    """Score both directions of a set of sentence pairs.

    Args:
        source_ND: L2-normalized float32 vectors of the source sentences.
        target_ND: vectors of their translations, row by row.
        source_texts: the N source sentences.
        target_texts: the N target sentences.
        k: neighbors of the margin; all if the set is smaller.

    Returns:
        Scores from source to target and from target to source: `count`; `p_at_1` (cosine) and
        `p_at_1_margin` with `_low` and `_high`; `p_at_1_by_line`; and by thirds of the queries'
        lengths `p_at_1_short`, `p_at_1_medium`, `p_at_1_long`, unless empty.

    Example:
        >>> vectors = np.eye(2, dtype=np.float32)
        >>> forward, backward = retrieval_scores(vectors, vectors[::-1], ["a", "b"], ["x", "y"])
        >>> forward["p_at_1"]
        0.0
    """
    forward, backward = search_both_ways(source_ND, target_ND, k)
    return (
        describe(forward, source_texts, target_texts),
        describe(backward, target_texts, source_texts),
    )


def search_both_ways(
    source_ND: np.ndarray, target_ND: np.ndarray, k: int
) -> tuple[Answers, Answers]:
    """Find the best candidates of each source and of each target sentence.

    Example:
        >>> vectors = np.eye(2, dtype=np.float32)
        >>> forward, backward = search_both_ways(vectors, vectors[::-1], k=2)
        >>> forward.by_cosine.tolist()
        [1, 0]
    """
    k = min(k, len(source_ND))
    forward = nearest_neighbors(source_ND, target_ND, k)
    backward = nearest_neighbors(target_ND, source_ND, k)
    return _best(forward, backward), _best(backward, forward)


def _best(own: Neighbors, other: Neighbors) -> Answers:
    scores_NK = margin_scores(
        own.similarity, own.index, own.mean_similarity, other.mean_similarity, "ratio"
    )
    # argmax gives the first, nearest candidate if none has a margin
    best_N1 = scores_NK.argmax(axis=1)[:, None]
    return Answers(own.index[:, 0], np.take_along_axis(own.index, best_N1, axis=1)[:, 0])


def describe(
    answers: Answers, query_texts: Sequence[str], candidate_texts: Sequence[str]
) -> Scores:
    """Score answers; candidate i, or a copy of it, is the correct answer to query i.

    Returns:
        See `retrieval_scores`.

    Example:
        >>> answers = Answers(by_cosine=np.array([0, 0]), by_margin=np.array([0, 1]))
        >>> scores = describe(answers, ["habari", "amani"], ["hello", "peace"])
        >>> scores["p_at_1"], scores["p_at_1_margin"]
        (0.5, 1.0)
    """
    count = len(candidate_texts)
    correct_N = _correct(answers.by_cosine, candidate_texts)
    correct_by_margin = int(_correct(answers.by_margin, candidate_texts).sum())
    by_line = int((answers.by_cosine == np.arange(count)).sum())
    by_length_N = correct_N[np.argsort([len(text) for text in query_texts], kind="stable")]
    thirds = zip(LENGTHS, np.array_split(by_length_N, len(LENGTHS)), strict=True)
    return {
        "count": count,
        **share_with_interval("p_at_1", int(correct_N.sum()), count),
        **share_with_interval("p_at_1_margin", correct_by_margin, count),
        "p_at_1_by_line": by_line / count,
        **{f"p_at_1_{length}": float(third.mean()) for length, third in thirds if len(third)},
    }


def _correct(answer_N: np.ndarray, candidate_texts: Sequence[str]) -> np.ndarray:
    pairs = enumerate(answer_N)
    return np.array([candidate_texts[a] == candidate_texts[i] for i, a in pairs], bool)
