"""BUCC's shared task: which sentences of two corpora translate each other, and which none?

As in "Overview of the Second BUCC Shared Task" (Zweigenbaum, Sharoff and Rapp 2017): most sentences
have no translation. Every query's best candidate by margin is a pair, the threshold on the margin
is the best one on the training part, and precision, recall and F1 are of the test part at it
(Artetxe and Schwenk 2019, margin paper, section 4.1; LaBSE paper, table 6).

Files as BUCC gives them: `id TAB sentence` of each side, and the true pairs, `id TAB id`.

Shape letters: N sentences, D width, P pairs.
"""

from typing import ClassVar, Literal

import numpy as np

from tfmling.core.config import InputPath, Settings
from tfmling.core.intervals import Scores, bootstrap_interval, share_with_interval
from tfmling.core.languages import Language
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.table import TAB, read_rows
from tfmling.evaluation.test_set import Scored, TestSet, Texts
from tfmling.mining.bucc import best_threshold, curve, score_above
from tfmling.mining.neighbours import nearest_neighbours
from tfmling.mining.pairs import Pairs, Strategy, candidate_pairs

_MAX_LINE_BYTES = 1 << 20
_DIRECTIONS: tuple[Strategy, ...] = ("forward", "backward")


class BuccPart(Settings):
    """Two corpora and their true pairs."""

    source: InputPath
    target: InputPath
    gold: InputPath

    def read(self) -> tuple[list[str], list[str]]:
        """The sentences of both sides.

        Raises:
            CorpusError: a line cannot be read, an id occurs twice, or there is no line.
        """
        return self._sentences(self.source)[1], self._sentences(self.target)[1]

    def gold_rows(self) -> set[tuple[int, int]]:
        """The true pairs by row.

        Raises:
            CorpusError: a pair of an id that no sentence has, or no pair.
        """
        pairs = _rows(self.gold)
        if not pairs:
            raise CorpusError(f"{self.gold}: expected lines `id TAB id`, found none")
        sides = [
            {name: row for row, name in enumerate(self._sentences(path)[0])}
            for path in (self.source, self.target)
        ]
        return {
            (_row_of(pair[0], sides[0], place), _row_of(pair[1], sides[1], place))
            for place, pair in pairs
        }

    def _sentences(self, path: str) -> tuple[list[str], list[str]]:
        rows = _rows(path)
        if not rows:
            raise CorpusError(f"{path}: expected lines `id TAB sentence`, found none")
        first: dict[str, str] = {}
        for place, (name, _) in rows:
            if name in first:
                raise CorpusError(
                    f"{place}: the id {name!r} occurs twice, first at {first[name]}; expected each "
                    "id once, since true pairs are given by ids"
                )
            first[name] = place
        return [name for _, (name, _) in rows], [text for _, (_, text) in rows]


def _rows(path: str) -> list[tuple[str, tuple[str, ...]]]:
    """Place and the two cells of each line."""
    rows = []
    for row in read_rows(path, (0, 1), header=False, quoted=False, max_line_bytes=_MAX_LINE_BYTES):
        place = f"{path}:{row.line.number}"
        if row.line.problem:
            raise CorpusError(f"{place}: {row.line.problem}; a test set must be whole")
        if len(cells := row.line.text.rstrip().split(TAB)) > 2:
            raise CorpusError(
                f"{place}: expected two columns by tab, got {len(cells)}; a tab within a sentence "
                "would cut it: make it a space"
            )
        rows.append((place, row.cells))
    return rows


def _row_of(name: str, rows: dict[str, int], place: str) -> int:
    if name not in rows:
        raise CorpusError(f"{place}: expected the id of a sentence, got {name!r}")
    return rows[name]


class BuccSet(TestSet):
    """Mining among sentences without a translation; the threshold is learned on `train`."""

    TITLE: ClassVar = "Mining as BUCC's shared task (95 % intervals)"
    SHOWN: ClassVar = {"f1": "F1", "precision": "precision", "recall": "recall"}
    AXIS: ClassVar = "F1"

    kind: Literal["bucc"]
    source_language: Language
    target_language: Language
    train: BuccPart
    test: BuccPart
    margin: Literal["absolute", "distance", "ratio"] = "ratio"

    @property
    def keys(self) -> list[str]:
        """`fr-en`: every French sentence looks for a pair (forward), and `en-fr`."""
        source, target = self.source_language, self.target_language
        return [f"{source}-{target}", f"{target}-{source}"]

    def read(self) -> Texts:
        """Source and target of train, source and target of test.

        Raises:
            CorpusError: a side cannot be read whole, or a true pair has an id that no sentence has.
        """
        for part in (self.train, self.test):
            part.gold_rows()  # what is wrong there is said before anything is embedded
        return *self.train.read(), *self.test.read()

    def score(self, scored: Scored) -> dict[str, Scores]:
        """Scores as `mining_scores`, forward and backward."""
        golds = [part.gold_rows() for part in (self.train, self.test)]
        both = [
            {
                way: mine(source_ND, target_MD, scored.neighbours, self.margin, way)
                for way in _DIRECTIONS
            }
            for source_ND, target_MD in (scored.vectors[:2], scored.vectors[2:])
        ]
        return {
            key: mining_scores(both[0][way], golds[0], both[1][way], golds[1])
            for key, way in zip(self.keys, _DIRECTIONS, strict=True)
        }


def mine(
    source_ND: np.ndarray, target_MD: np.ndarray, k: int, margin: str, direction: Strategy
) -> Pairs:
    """The best candidate by margin of each query: a source sentence (`forward`) or a target's."""
    k = min(k, len(source_ND), len(target_MD))
    forward = nearest_neighbours(source_ND, target_MD, k)
    backward = nearest_neighbours(target_MD, source_ND, k)
    return candidate_pairs(forward, backward, margin, direction)


def mining_scores(
    train: Pairs, train_gold: set[tuple[int, int]], test: Pairs, test_gold: set[tuple[int, int]]
) -> Scores:
    """Scores of the test pairs above the threshold that is best for F1 on the training pairs.

    Returns:
        `count` of true pairs, `threshold`, `extracted`, `f1`, `precision`, `recall`, the last three
        with intervals: of F1 by bootstrap over what was extracted or missed.
    """
    threshold = best_threshold(curve(train.score, is_right(train, train_gold), len(train_gold)))
    right_P = is_right(test, test_gold)
    found = score_above(test.score, right_P, len(test_gold), threshold)
    figures: Scores = {
        "count": found.gold, "threshold": threshold, "extracted": found.extracted, "f1": found.f1
    }  # fmt: skip
    right, wrong = found.right, found.extracted - found.right
    outcomes = np.repeat([0, 1, 2], [right, wrong, found.gold - right])
    low, high = bootstrap_interval((outcomes,), _f1) if len(outcomes) else (found.f1, found.f1)
    figures |= {"f1_low": low, "f1_high": high}
    for name, trials in (("precision", found.extracted), ("recall", found.gold)):
        figures |= share_with_interval(name, right, trials) if trials else _all_right(name)
    return figures


def is_right(pairs: Pairs, gold: set[tuple[int, int]]) -> np.ndarray:
    """Which pairs are true, bool [P]."""
    both = zip(pairs.source.tolist(), pairs.target.tolist(), strict=True)
    return np.fromiter((pair in gold for pair in both), bool, len(pairs))


def _f1(outcomes: np.ndarray) -> float:
    """2 right / (2 right + wrong + missed), of outcomes 0 right, 1 wrong, 2 missed."""
    right = int((outcomes == 0).sum())
    return 2 * right / (2 * right + len(outcomes) - right)


def _all_right(name: str) -> Scores:
    """Of nothing, nothing is wrong; how sure that is cannot be said."""
    return {name: 1.0, f"{name}_low": 0.0, f"{name}_high": 1.0}
