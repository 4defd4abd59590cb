"""The BUCC shared task: mine translation pairs from two corpora, most of them untranslated.

As in "Overview of the Second BUCC Shared Task" (Zweigenbaum, Sharoff and Rapp 2017). Every query's
best candidate by margin is a candidate pair. The margin threshold with the best F1 on the training
part is applied to the test part (Artetxe and Schwenk 2019, margin paper, section 4.1; LaBSE paper,
table 6).

Files have BUCC's format: `id TAB sentence` of each side, and the true pairs, `id TAB id`.

Shapes: N sentences, D width, P pairs.
"""

from typing import ClassVar, Literal

import numpy as np

from tfmling.core.config import InputPath, Settings
from tfmling.core.intervals import Scores, bootstrap_interval, share_with_interval
from tfmling.core.languages import Language
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.table import TAB, read_rows
from tfmling.evaluation.read_texts import Texts
from tfmling.evaluation.test_set import EmbeddedSet, TestSet
from tfmling.mining.neighbors import nearest_neighbors
from tfmling.mining.pairs import Pairs, Strategy, candidate_pairs
from tfmling.mining.thresholds import best_threshold, precision_recall_curve, score_at

_MAX_LINE_BYTES = 1 << 20
_DIRECTIONS: tuple[Strategy, ...] = ("forward", "backward")


class BuccPart(Settings):
    """Two corpora and their true pairs.

    Example:
        >>> english = "e1\\tPeace\\ne2\\tHello\\n"
        >>> texts = {"fr": "f1\\tBonjour\\n", "en": english, "gold": "f1\\te2\\n"}
        >>> for name, text in texts.items():
        ...     _ = open(name, "w").write(text)
        >>> part = BuccPart(source="fr", target="en", gold="gold")
        >>> part.read_gold()  # the first French and the second English sentence
        {(0, 1)}
    """

    source: InputPath
    """Sentences of the source language: ID<TAB>sentence per line."""
    target: InputPath
    """Sentences of the target language."""
    gold: InputPath
    """Translations among them: source ID<TAB>target ID per line."""

    def read(self) -> tuple[list[str], list[str]]:
        """Read the sentences of both sides.

        Raises:
            CorpusError: a line is unreadable, an id is repeated, or there is no line.
        """
        source, target = self._sentences(self.source), self._sentences(self.target)
        return list(source.values()), list(target.values())

    def read_gold(self) -> set[tuple[int, int]]:
        """Read the true pairs as row numbers of source and target.

        Raises:
            CorpusError: a pair has an unknown id, or there is no pair.
        """
        pairs = _read_columns(self.gold)
        if not pairs:
            raise CorpusError(f"{self.gold}: expected lines `id TAB id`, found none")
        sides = [
            {name: row for row, name in enumerate(self._sentences(path))}
            for path in (self.source, self.target)
        ]
        for place, pair in pairs:
            for name, rows in zip(pair, sides, strict=True):
                if name not in rows:
                    raise CorpusError(f"{place}: expected the id of a sentence, got {name!r}")
        return {(sides[0][pair[0]], sides[1][pair[1]]) for _, pair in pairs}

    def _sentences(self, path: str) -> dict[str, str]:
        """Id -> sentence."""
        lines = _read_columns(path)
        if not lines:
            raise CorpusError(f"{path}: expected lines `id TAB sentence`, found none")
        sentences: dict[str, str] = {}
        first: dict[str, str] = {}
        for place, (name, text) in lines:
            if name in first:
                raise CorpusError(
                    f"{place}: the id {name!r} occurs twice, first at {first[name]}; expected each "
                    "id once, since true pairs are given by ids"
                )
            first[name], sentences[name] = place, text
        return sentences


def _read_columns(path: str) -> list[tuple[str, tuple[str, ...]]]:
    """Read location and the two columns of each line."""
    lines = []
    for row in read_rows(path, (0, 1), header=False, quoted=False, max_line_bytes=_MAX_LINE_BYTES):
        place = f"{path}:{row.line.number}"
        if row.line.problem:
            raise CorpusError(f"{place}: {row.line.problem}; a test set must be whole")
        if len(cells := row.line.text.rstrip().split(TAB)) > 2:
            raise CorpusError(
                f"{place}: expected two columns by tab, got {len(cells)}; replace tabs within "
                "the sentence by spaces"
            )
        lines.append((place, row.cells))
    return lines


class BuccSet(TestSet):
    """Mining among untranslated sentences, with the threshold learned on `train`.

    Example:
        >>> english = "e1\\tPeace\\ne2\\tHello\\n"
        >>> texts = {"fr": "f1\\tBonjour\\n", "en": english, "gold": "f1\\te2\\n"}
        >>> for name, text in texts.items():
        ...     _ = open(name, "w").write(text)
        >>> part = dict(source="fr", target="en", gold="gold")
        >>> languages = dict(source_language="fr", target_language="en")
        >>> BuccSet(kind="bucc", name="bucc", **languages, train=part, test=part).keys
        ['fr-en', 'en-fr']
    """

    TITLE: ClassVar = "Mining as BUCC's shared task (95 % intervals)"
    METRICS: ClassVar = {"f1": "F1", "precision": "precision", "recall": "recall"}
    AXIS: ClassVar = "F1"

    kind: Literal["bucc"]
    source_language: Language
    """Language of the source files."""
    target_language: Language
    """Language of the target files."""
    train: BuccPart
    """The part on which the threshold is chosen."""
    test: BuccPart
    """The part that is scored."""
    margin: Literal["absolute", "distance", "ratio"] = "ratio"
    """How pairs are scored."""

    @property
    def keys(self) -> list[str]:
        """`fr-en`, where French sentences are the queries (forward), and `en-fr`."""
        source, target = self.source_language, self.target_language
        return [f"{source}-{target}", f"{target}-{source}"]

    def read(self) -> Texts:
        """Read source and target of the training part, then those of the test part.

        Raises:
            CorpusError: a side is not readable as a whole, or a true pair has an unknown id.
        """
        for part in (self.train, self.test):
            part.read_gold()  # report its errors before anything is embedded
        return *self.train.read(), *self.test.read()

    def score(self, embedded: EmbeddedSet) -> dict[str, Scores]:
        """Score both directions; see `mining_scores`."""
        golds = [part.read_gold() for part in (self.train, self.test)]
        parts = embedded.vectors[:2], embedded.vectors[2:]
        scores = {}
        for key, direction in zip(self.keys, _DIRECTIONS, strict=True):
            mined = [
                mine(source_ND, target_MD, embedded.neighbors, self.margin, direction)
                for source_ND, target_MD in parts
            ]
            scores[key] = mining_scores(mined[0], golds[0], mined[1], golds[1])
        return scores


def mine(
    source_ND: np.ndarray, target_MD: np.ndarray, k: int, margin: str, direction: Strategy
) -> Pairs:
    """Find each query's best candidate by margin.

    Args:
        source_ND: L2-normalized float32 vectors.
        target_MD: the same of the other corpus.
        k: neighbors of the margin.
        margin: a key of `tfmling.mining.margins.MARGINS`.
        direction: forward: queries are source sentences; backward: target sentences.

    Example:
        >>> vectors = np.eye(3, dtype=np.float32)
        >>> mine(vectors, vectors[::-1], k=2, margin="ratio", direction="forward").target.tolist()
        [2, 1, 0]
    """
    k = min(k, len(source_ND), len(target_MD))
    forward = nearest_neighbors(source_ND, target_MD, k)
    backward = nearest_neighbors(target_MD, source_ND, k)
    return candidate_pairs(forward, backward, margin, direction)


def mining_scores(
    train: Pairs, train_gold: set[tuple[int, int]], test: Pairs, test_gold: set[tuple[int, int]]
) -> Scores:
    """Score the test pairs above the threshold with the best F1 on the training pairs.

    Returns:
        `count` of true pairs, `threshold`, `extracted`; `f1`, `precision` and `recall` with
        intervals, that of F1 by bootstrap over extracted and missed pairs.

    Example:
        >>> pairs = Pairs(np.array([0, 1]), np.array([0, 1]), np.array([0.9, 0.5], np.float32))
        >>> scores = mining_scores(pairs, {(0, 0)}, pairs, {(0, 0), (2, 2)})  # keeps 0.9 only
        >>> scores["precision"], scores["recall"]
        (1.0, 0.5)
    """
    threshold = best_threshold(
        precision_recall_curve(train.score, _is_true(train, train_gold), len(train_gold))
    )
    found = score_at(test.score, _is_true(test, test_gold), len(test_gold), threshold)
    right, wrong = found.right, found.extracted - found.right
    outcomes = np.repeat([0, 1, 2], [right, wrong, found.gold - right])
    low, high = bootstrap_interval((outcomes,), _f1) if len(outcomes) else (found.f1, found.f1)
    scores: Scores = {"count": found.gold, "threshold": threshold, "extracted": found.extracted}
    scores |= {"f1": found.f1, "f1_low": low, "f1_high": high}
    for name, trials in (("precision", found.extracted), ("recall", found.gold)):
        # of no trials nothing is wrong, with an interval that excludes nothing
        undefined = {name: 1.0, f"{name}_low": 0.0, f"{name}_high": 1.0}
        scores |= share_with_interval(name, right, trials) if trials else undefined
    return scores


def _is_true(pairs: Pairs, gold: set[tuple[int, int]]) -> np.ndarray:
    both = zip(pairs.source.tolist(), pairs.target.tolist(), strict=True)
    return np.fromiter((pair in gold for pair in both), bool, len(pairs))


def _f1(outcomes: np.ndarray) -> float:
    """2 right / (2 right + wrong + missed), from outcomes 0 right, 1 wrong, 2 missed."""
    right = int((outcomes == 0).sum())
    return 2 * right / (2 * right + len(outcomes) - right)
