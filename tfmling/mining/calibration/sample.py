"""Draws rows of a scored table for people to judge, by strata of the score.

Shapes: N rows of the table, S strata.
"""

from collections.abc import Iterator

import numpy as np

from tfmling.core import files
from tfmling.corpora.corpus import CorpusError, expand_files
from tfmling.corpora.table import Row, read_rows
from tfmling.mining.calibration.settings import CalibrateThreshold, Sample, ScoredTable


def write_sample(settings: CalibrateThreshold) -> int:
    """Write the table of labels, with `good` empty and in random order; print where it is.

    The table is read twice, so that only scores are held in memory.

    Returns:
        The number of rows.

    Raises:
        CorpusError: the table cannot be read, or the labels exist already.
    """
    if settings.scored is None:
        raise CorpusError("scored: expected the table of which rows are drawn, got null")
    if files.exists(settings.labels):
        raise CorpusError(
            f"{settings.labels}: exists already, and may hold judgements; expected a new name"
        )
    score_N = read_scores(settings.scored)
    draw = np.random.default_rng(settings.seed)
    chosen = draw_rows(score_N, settings.sample, draw)
    cells = {n: row.cells for n, row in enumerate(_rows(settings.scored)) if n in chosen}
    texts = [f"text_{n}" for n in range(1, len(settings.scored.text_columns) + 1)]
    lines = ["\t".join(["good", "score", "weight", "stratum", *texts])]
    for number in draw.permutation(sorted(chosen)).tolist():
        stratum, weight = chosen[number]
        score, *shown = cells[number]
        lines.append("\t".join(["", score, f"{weight:.6g}", str(stratum), *shown]))
    files.write_text(settings.labels, "\n".join(lines) + "\n")
    print(f"{settings.labels}: {len(chosen)} rows to be judged: write 1 or 0 into the column good")
    return len(chosen)


def draw_rows(
    score_N: np.ndarray, sample: Sample, draw: np.random.Generator
) -> dict[int, tuple[int, float]]:
    """Number of the row -> its stratum, and how many rows of the table it stands for."""
    stratum_N = strata(score_N, sample)
    size_S = np.bincount(stratum_N, minlength=sample.strata)
    chosen: dict[int, tuple[int, float]] = {}
    for stratum, count in enumerate(allocate(size_S, sample.size).tolist()):
        own = np.flatnonzero(stratum_N == stratum)
        for number in draw.choice(own, count, replace=False).tolist():
            chosen[number] = (stratum, len(own) / count)
    return chosen


def strata(score_N: np.ndarray, sample: Sample) -> np.ndarray:
    """The stratum of each row, int [N], rising with the score."""
    if sample.by == "rank":
        edges = np.quantile(score_N, np.linspace(0, 1, sample.strata + 1))
    else:
        low, high = np.quantile(score_N, [0.01, 0.99]).tolist()
        edges = np.linspace(low, high, sample.strata + 1)
    return np.searchsorted(edges[1:-1], score_N, side="right")


def allocate(size_S: np.ndarray, total: int) -> np.ndarray:
    """How many are drawn of strata of these sizes: the same of each, as far as they have it."""
    count_S = np.zeros_like(size_S)
    left = min(total, int(size_S.sum()))
    while left:
        open_S = np.flatnonzero(count_S < size_S)
        share = max(left // len(open_S), 1)
        for stratum in open_S[::-1]:  # what does not divide goes to high scores, which are kept
            more = min(share, int(size_S[stratum] - count_S[stratum]), left)
            count_S[stratum] += more
            left -= more
    return count_S


def read_scores(table: ScoredTable) -> np.ndarray:
    """All scores in order, float64 [N].

    Raises:
        CorpusError: a row without a number, with file and line; or no rows.
    """
    scores = [_score(row, table.path) for row in _rows(table)]
    if not scores:
        raise CorpusError(f"{table.path}: expected rows with scores, found none")
    return np.array(scores)


def _rows(table: ScoredTable) -> Iterator[Row]:
    columns = [table.score_column, *table.text_columns]
    for path in expand_files(table.path):
        yield from read_rows(
            path, columns, header=table.header, quoted=False, max_line_bytes=table.max_line_bytes
        )


def _score(row: Row, path: str) -> float:
    if row.line.problem:
        raise CorpusError(f"{path}:{row.line.number}: {row.line.problem}")
    try:
        score = float(row.cells[0])
    except ValueError:
        score = float("nan")
    if not np.isfinite(score):
        raise CorpusError(
            f"{path}:{row.line.number}: expected a score that is a number, got {row.cells[0]!r}"
        )
    return score
