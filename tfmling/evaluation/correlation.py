"""Does the cosine of two sentences follow how alike people find them (STS)?

Spearman's and Pearson's correlation of cosine and score, as in Cer et al. (2017), SemEval task 1;
intervals by bootstrap over pairs.

Shape letters: N pairs, D width.
"""

import math
from typing import ClassVar, Literal

import numpy as np

from tfmling.core.config import InputPath
from tfmling.core.intervals import Scores, bootstrap_interval
from tfmling.core.languages import Language
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.table import Column, read_rows
from tfmling.evaluation.test_set import Scored, TestSet, Texts

_MAX_LINE_BYTES = 1 << 20


class CorrelationSet(TestSet):
    """Tab-separated: two sentences and the score that people gave them."""

    TITLE: ClassVar = "Semantic similarity: correlation with people (95 % bootstrap interval)"
    SHOWN: ClassVar = {"spearman": "Spearman", "pearson": "Pearson"}
    AXIS: ClassVar = "Spearman's correlation"

    kind: Literal["correlation"]
    path: InputPath
    first_language: Language
    second_language: Language
    first_column: Column = 0
    second_column: Column = 1
    score_column: Column = 2
    header: bool = False
    quoted: bool = False

    @property
    def keys(self) -> list[str]:
        """The two languages: `en-sw`."""
        return [f"{self.first_language}-{self.second_language}"]

    def read(self) -> Texts:
        """The first and the second sentences.

        Raises:
            CorpusError: a line cannot be read, a score is not a number, or there is no line.
        """
        rows = self._rows()
        return [first for first, _, _ in rows], [second for _, second, _ in rows]

    def score(self, scored: Scored) -> dict[str, Scores]:
        """Keys as `correlation_scores` gives."""
        cosine_N = np.einsum("nd,nd->n", *scored.vectors, dtype=np.float64)
        score_N = np.array([score for _, _, score in self._rows()])
        return {self.keys[0]: correlation_scores(cosine_N, score_N)}

    def _rows(self) -> list[tuple[str, str, float]]:
        columns = (self.first_column, self.second_column, self.score_column)
        rows = []
        for row in read_rows(
            self.path,
            columns,
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
    if not math.isfinite(number):  # `nan` and `inf` are floats, and no correlation has them
        raise CorpusError(f"{place}: expected a finite number as score, got {text!r}")
    return number


def correlation_scores(cosine_N: np.ndarray, score_N: np.ndarray) -> Scores:
    """Correlation of cosines float64 [N] with scores float64 [N].

    Returns:
        `count`, `spearman`, `pearson`, both with `_low` and `_high`.
    """
    from scipy import stats

    figures: Scores = {"count": len(cosine_N)}
    for name, ranked in (("spearman", True), ("pearson", False)):
        x_N, y_N = (stats.rankdata(v) if ranked else v for v in (cosine_N, score_N))
        low, high = bootstrap_interval((x_N, y_N), _pearson)
        figures |= {name: _pearson(x_N, y_N), f"{name}_low": low, f"{name}_high": high}
    return figures


def _pearson(x_N: np.ndarray, y_N: np.ndarray) -> float:
    return float(np.corrcoef(x_N, y_N)[0, 1])
