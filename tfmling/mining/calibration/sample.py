"""Draw rows of a scored table for people to judge, stratified by score.

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

    Example:
        >>> files.write_text("pairs.tsv", "1.2\\tWater\\tMaji\\n1.1\\tFire\\tMoto\\n")
        >>> settings = CalibrateThreshold(
        ...     output="out", labels="labels.tsv", scored=ScoredTable(path="pairs.tsv"))
        >>> count = write_sample(settings)
        labels.tsv: 2 rows to judge: write 1 or 0 into the column good
    """
    if settings.scored is None:
        raise CorpusError("scored: expected the table to draw rows from, got null")
    if files.exists(settings.labels):
        raise CorpusError(
            f"{settings.labels}: exists already and may contain judgements; expected a new name"
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
    print(f"{settings.labels}: {len(chosen)} rows to judge: write 1 or 0 into the column good")
    return len(chosen)


def draw_rows(
    score_N: np.ndarray, sample: Sample, draw: np.random.Generator
) -> dict[int, tuple[int, float]]:
    """Draw rows; returns row number -> stratum, and number of rows it represents.

    Example:
        >>> scores, sample = np.array([1.0, 2.0, 3.0, 4.0]), Sample(size=2, strata=2, by="rank")
        >>> chosen = draw_rows(scores, sample, np.random.default_rng(1))
        >>> sorted(chosen.values())  # one row of each stratum, which represents two
        [(0, 2.0), (1, 2.0)]
    """
    stratum_N = strata(score_N, sample)
    size_S = np.bincount(stratum_N, minlength=sample.strata)
    chosen: dict[int, tuple[int, float]] = {}
    for stratum, count in enumerate(allocate(size_S, sample.size).tolist()):
        own = np.flatnonzero(stratum_N == stratum)
        for number in draw.choice(own, count, replace=False).tolist():
            chosen[number] = (stratum, len(own) / count)
    return chosen


def strata(score_N: np.ndarray, sample: Sample) -> np.ndarray:
    """The stratum of each row, int [N], ascending with the score.

    Example:
        >>> strata(np.array([1.0, 2.0, 3.0, 4.0]), Sample(strata=2, by="rank")).tolist()
        [0, 0, 1, 1]
    """
    if sample.by == "rank":
        edges = np.quantile(score_N, np.linspace(0, 1, sample.strata + 1))
    else:
        low, high = np.quantile(score_N, [0.01, 0.99]).tolist()
        edges = np.linspace(low, high, sample.strata + 1)
    return np.searchsorted(edges[1:-1], score_N, side="right")


def allocate(size_S: np.ndarray, total: int) -> np.ndarray:
    """Allocate a sample to strata of these sizes, equally as far as possible.

    Example:
        >>> allocate(np.array([1, 10, 10]), total=8).tolist()
        [1, 3, 4]
    """
    count_S = np.zeros_like(size_S)
    left = min(total, int(size_S.sum()))
    while left:
        open_S = np.flatnonzero(count_S < size_S)
        share = max(left // len(open_S), 1)
        for stratum in open_S[::-1]:  # remainders go to high scores, which are kept
            more = min(share, int(size_S[stratum] - count_S[stratum]), left)
            count_S[stratum] += more
            left -= more
    return count_S


def read_scores(table: ScoredTable) -> np.ndarray:
    """Read all scores in order, float64 [N].

    Raises:
        CorpusError: a score is not a number, or there are no rows.

    Example:
        >>> files.write_text("pairs.tsv", "1.2\\tWater\\tMaji\\n1.1\\tFire\\tMoto\\n")
        >>> read_scores(ScoredTable(path="pairs.tsv")).tolist()
        [1.2, 1.1]
    """
    scores = [_score(row, table.path) for row in _rows(table)]
    if not scores:
        raise CorpusError(f"{table.path}: expected rows with scores, got none")
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
