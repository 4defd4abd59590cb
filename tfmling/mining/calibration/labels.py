"""Read the table in which people judge rows.

Shapes: N judged rows.
"""

import collections
import dataclasses

import numpy as np

from tfmling.core import files
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.lines import read_lines

_MAX_LINE_BYTES = 1 << 20
_GOOD = {"1": True, "0": False, "yes": True, "no": False, "true": True, "false": False}


@dataclasses.dataclass(frozen=True)
class Labels:
    """The judged rows of a table.

    Attributes:
        score: float64 [N].
        good: bool [N].
        weight: how many rows of the scored table each represents, float64 [N].
        stratum: the stratum that each was drawn from, int [N].
        text: the judged texts, [N].
        not_judged: number of rows without a judgement.

    Example:
        >>> scores, good = np.array([0.9, 0.4]), np.array([True, False])
        >>> labels = Labels(scores, good, weight=np.array([1.0, 3.0]), stratum=np.array([1, 0]))
        >>> float(labels.weight[labels.good].sum() / labels.weight.sum())  # share of good rows
        0.25
    """

    score: np.ndarray
    good: np.ndarray
    weight: np.ndarray
    stratum: np.ndarray
    text: tuple[str, ...] = ()
    not_judged: int = 0


def read_labels(path: str) -> Labels:
    """Read a table; the weight of rows that are not judged goes to others of their stratum.

    Raises:
        CorpusError: the table is missing, has no judgements, or a line is malformed.

    Example:
        >>> _ = open("labels.tsv", "w").write("score\\tgood\\n0.9\\t1\\n0.4\\t0\\n0.7\\t\\n")
        >>> labels = read_labels("labels.tsv")
        >>> labels.good.tolist(), labels.weight.tolist(), labels.not_judged
        ([True, False], [1.5, 1.5], 1)
    """
    if not files.exists(path):
        raise CorpusError(
            f"{path}: no such file; expected judged rows. Run with --write-sample first, and fill "
            "in the column good"
        )
    rows = list(_rows(path))
    judged = [row for row in rows if row["good"]]
    if not judged:
        raise CorpusError(f"{path}: no row is judged; fill in the column good with 1 or 0")
    drawn = collections.Counter(row["stratum"] for row in rows)
    answered = collections.Counter(row["stratum"] for row in judged)
    names = sorted(answered)
    share = [drawn[row["stratum"]] / answered[row["stratum"]] for row in judged]
    return Labels(
        np.array([_number(path, row, "score") for row in judged]),
        np.array([_judgement(path, row) for row in judged]),
        np.array([_number(path, row, "weight") for row in judged]) * share,
        np.array([names.index(row["stratum"]) for row in judged]),
        tuple(row["text"] for row in judged),
        len(rows) - len(judged),
    )


def _rows(path: str) -> list[dict[str, str]]:
    lines = [line for line in read_lines(path, _MAX_LINE_BYTES) if line.text.strip()]
    for line in lines:
        if line.problem:
            raise CorpusError(f"{path}:{line.number}: {line.problem}")
    header = lines[0].text.split("\t") if lines else []
    if not {"score", "good"} <= set(header):
        raise CorpusError(f"{path}:1: expected a header with score and good, got {header}")
    return [_row(path, line.number, header, line.text.split("\t")) for line in lines[1:]]


def _row(path: str, number: int, header: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) < len(header):
        raise CorpusError(f"{path}:{number}: expected {len(header)} columns, got {len(cells)}")
    row = {"weight": "1", "stratum": ""} | dict(zip(header, cells, strict=False))
    text = [row[name] for name in header if name.startswith("text")]
    return row | {"line": str(number), "good": row["good"].strip(), "text": " | ".join(text)}


def _number(path: str, row: dict[str, str], name: str) -> float:
    try:
        value = float(row[name])
    except ValueError:
        value = float("nan")
    if not np.isfinite(value) or (name == "weight" and value <= 0):
        raise CorpusError(f"{path}:{row['line']}: {name}: expected a number, got {row[name]!r}")
    return value


def _judgement(path: str, row: dict[str, str]) -> bool:
    if row["good"].lower() not in _GOOD:
        raise CorpusError(f"{path}:{row['line']}: good: expected 1 or 0, got {row['good']!r}")
    return _GOOD[row["good"].lower()]
