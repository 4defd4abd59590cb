"""Semantic textual similarity (STS): correlation of cosines with human scores.

Spearman's and Pearson's correlation as in Cer et al. (2017), SemEval task 1; intervals by
bootstrap over pairs.

Shapes: N pairs, D width.
"""

import math
from typing import ClassVar, Literal

import numpy as np

from tfmling.core.config import InputPath
from tfmling.core.intervals import Scores, bootstrap_interval
from tfmling.core.languages import Language
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.table import Column, read_rows
from tfmling.evaluation.read_texts import Texts
from tfmling.evaluation.test_set import EmbeddedSet, TestSet

_MAX_LINE_BYTES = 1 << 20


class CorrelationSet(TestSet):
    """A tab-separated file with two sentences and their human score per line.

    Example:
        >>> _ = open("sts.tsv", "w").write("a cat\\tpaka\\t5\\na house\\tpaka\\t0\\n")
        >>> languages = dict(first_language="en", second_language="sw")
        >>> CorrelationSet(kind="correlation", name="sts", path="sts.tsv", **languages).read()
        (['a cat', 'a house'], ['paka', 'paka'])
    """

    TITLE: ClassVar = "Semantic similarity: correlation with people (95 % bootstrap interval)"
    METRICS: ClassVar = {"spearman": "Spearman", "pearson": "Pearson"}
    AXIS: ClassVar = "Spearman's correlation"

    kind: Literal["correlation"]
    path: InputPath
    """The TSV or CSV file."""
    first_language: Language
    """Language of the first sentences."""
    second_language: Language
    """Language of the second sentences."""
    first_column: Column = 0
    """Column of the first sentence: its number, from 0, or its heading."""
    second_column: Column = 1
    """Column of the second sentence."""
    score_column: Column = 2
    """Column of the human score."""
    header: bool = False
    """Whether the first line has headings."""
    quoted: bool = False
    """Whether cells are quoted as in CSV."""

    @property
    def keys(self) -> list[str]:
        """The two languages, such as `en-sw`."""
        return [f"{self.first_language}-{self.second_language}"]

    def read(self) -> Texts:
        """Read the first and the second sentences.

        Raises:
            CorpusError: a line is unreadable, a score is not a number, or there is no line.
        """
        rows = self._rows()
        return [first for first, _, _ in rows], [second for _, second, _ in rows]

    def score(self, embedded: EmbeddedSet) -> dict[str, Scores]:
        """Correlate cosines and human scores; see `correlation_scores`."""
        cosine_N = np.einsum("nd,nd->n", *embedded.vectors, dtype=np.float64)
        score_N = np.array([score for _, _, score in self._rows()])
        return {self.keys[0]: correlation_scores(cosine_N, score_N)}

    def _rows(self) -> list[tuple[str, str, float]]:
        rows = []
        for row in read_rows(
            self.path,
            (self.first_column, self.second_column, self.score_column),
            header=self.header,
            quoted=self.quoted,
            max_line_bytes=_MAX_LINE_BYTES,
        ):
            place = f"{self.path}:{row.line.number}"
            if row.line.problem:
                raise CorpusError(f"{place}: {row.line.problem}; a test set must be whole")
            first, second, score = row.cells
            rows.append((first, second, _number(score, place)))
        if not rows:
            raise CorpusError(f"{self.path}: expected pairs with scores, found no line")
        return rows


def _number(text: str, place: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):  # float() accepts "nan" and "inf"
        raise CorpusError(f"{place}: expected a finite number as score, got {text!r}")
    return number


def correlation_scores(x_N: np.ndarray, y_N: np.ndarray) -> Scores:
    """Correlate two float64 arrays [N].

    Returns:
        `count`; `spearman` and `pearson` with `_low` and `_high`.

    Example:
        >>> correlation_scores(np.array([0.1, 0.5, 0.9]), np.array([1.0, 2.0, 5.0]))["spearman"]
        1.0
    """
    from scipy import stats

    scores: Scores = {"count": len(x_N)}
    for name, ranked in (("spearman", True), ("pearson", False)):
        first_N, second_N = (stats.rankdata(v) if ranked else v for v in (x_N, y_N))
        low, high = bootstrap_interval((first_N, second_N), _pearson)
        scores |= {name: _pearson(first_N, second_N), f"{name}_low": low, f"{name}_high": high}
    return scores


def _pearson(x_N: np.ndarray, y_N: np.ndarray) -> float:
    return float(np.corrcoef(x_N, y_N)[0, 1])
