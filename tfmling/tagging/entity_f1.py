"""F1 of entities: right are those whose words and type are both right.

Tjong Kim Sang and De Meulder (2003), section 2; by seqeval, which counts as conlleval does.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np
from seqeval.metrics import classification_report

from tfmling.core.intervals import bootstrap_interval
from tfmling.corpora.annotated.schemes import Scheme, convert, to_spans

Labels = Sequence[Sequence[str]]  # by sentence and word


@dataclasses.dataclass(frozen=True)
class EntityScores:
    """Scores of one test set, shares from 0 to 1.

    Attributes:
        overall: `f1`, the ends `f1_low` and `f1_high` of its 95 % interval, `precision`, `recall`,
            and how many entities (`count`) and `sentences` there are.
        by_type: `f1`, `precision`, `recall` and `count` of each type.
    """

    overall: dict[str, float | int]
    by_type: dict[str, dict[str, float | int]]


def entity_scores(gold: Labels, predicted: Labels, scheme: Scheme) -> EntityScores:
    """Micro-averaged F1 and that of each type.

    The interval is of a bootstrap over sentences, since entities of one are not independent.

    Args:
        gold: the labels of people.
        predicted: as many; they may break the scheme, and are then read as conlleval does.
        scheme: of both.

    Raises:
        ValueError: there is no entity in `gold`.
    """
    counts_N3 = np.array([_counts(g, p, scheme) for g, p in zip(gold, predicted, strict=True)])
    if not counts_N3[:, 2].any():
        raise ValueError("expected entities in the test set, found none: F1 is not defined")
    report = classification_report(
        [convert(labels, scheme, "IOB2") for labels in gold],
        [convert(labels, scheme, "IOB2") for labels in predicted],
        output_dict=True,
        zero_division=0,
    )
    low, high = bootstrap_interval((counts_N3,), _f1)
    averages = {name: report.pop(name) for name in ("micro avg", "macro avg", "weighted avg")}
    figures = _figures(averages["micro avg"]) | {"f1_low": low, "f1_high": high}
    figures["sentences"] = len(counts_N3)
    return EntityScores(figures, {name: _figures(row) for name, row in report.items()})


def _counts(gold: Sequence[str], predicted: Sequence[str], scheme: Scheme) -> tuple[int, int, int]:
    """Right, predicted and gold entities of a sentence."""
    true, found = set(to_spans(gold, scheme)), set(to_spans(predicted, scheme))
    return len(true & found), len(found), len(true)


def _f1(counts_N3: np.ndarray) -> float:
    right, found, true = counts_N3.sum(axis=0)
    return 2 * right / (found + true) if found + true else float("nan")


def _figures(row: dict[str, float]) -> dict[str, float | int]:
    return {
        "f1": float(row["f1-score"]),
        "precision": float(row["precision"]),
        "recall": float(row["recall"]),
        "count": int(row["support"]),
    }
