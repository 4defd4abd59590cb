"""Scores of predicted labels: accuracy of words and pairs, F1 of entities.

An entity is correct if its words and its type are (Tjong Kim Sang and De Meulder 2003, section 2);
seqeval counts like conlleval.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np
from seqeval.metrics import classification_report

from tfmling.core.intervals import Scores, bootstrap_interval, share_with_interval
from tfmling.corpora.annotated.schemes import Scheme, convert, to_spans

Labels = Sequence[Sequence[str]]  # by sentence and word


@dataclasses.dataclass(frozen=True)
class TaggingScores:
    """Scores of one test set.

    Attributes:
        overall: `f1` or `accuracy` with its interval, `count` and others.
        by_type: of entities: `f1`, `precision`, `recall` and `count` of each type.

    Example:
        >>> scores = entity_scores([["B-PER", "B-LOC"]], [["B-PER", "O"]], "IOB2")
        >>> scores.by_type["PER"]["recall"], scores.by_type["LOC"]["recall"]
        (1.0, 0.0)
        >>> scores.overall["recall"]
        0.5
    """

    overall: Scores
    by_type: dict[str, Scores] = dataclasses.field(default_factory=dict)


def word_accuracy(gold: Labels, predicted: Labels) -> Scores:
    """Compute the share of correctly labeled words.

    Returns:
        `accuracy` with its interval (bootstrap over sentences), `count` of words, `sentences`.

    Example:
        >>> word_accuracy([["NOUN", "VERB"]], [["NOUN", "NOUN"]])["accuracy"]
        0.5
    """
    counts_N2 = np.array(
        [
            (sum(a == b for a, b in zip(true, found, strict=True)), len(true))
            for true, found in zip(gold, predicted, strict=True)
        ]
    )
    low, high = bootstrap_interval((counts_N2,), _share)
    return {
        "accuracy": _share(counts_N2),
        "accuracy_low": low,
        "accuracy_high": high,
        "count": int(counts_N2[:, 1].sum()),
        "sentences": len(counts_N2),
    }


def _share(counts_N2: np.ndarray) -> float:
    correct, words = counts_N2.sum(axis=0)
    return float(correct / words)


def pair_accuracy(gold: Sequence[str], predicted: Sequence[str]) -> Scores:
    """Compute the share of correctly labeled pairs, with its Wilson interval, and `count`.

    Example:
        >>> pair_accuracy(["entailment", "neutral"], ["entailment", "entailment"])["accuracy"]
        0.5
    """
    correct = sum(a == b for a, b in zip(gold, predicted, strict=True))
    return share_with_interval("accuracy", correct, len(gold)) | {"count": len(gold)}


def entity_scores(gold: Labels, predicted: Labels, scheme: Scheme) -> TaggingScores:
    """Compute micro-averaged F1, and that of each entity type.

    Entities of a sentence are not independent, so the interval is a bootstrap over sentences.

    Args:
        gold: the annotators' labels.
        predicted: as many; labels that break the scheme are read as conlleval reads them.
        scheme: of both.

    Raises:
        ValueError: `gold` has no entity.

    Example:
        >>> entity_scores([["B-PER", "O"]], [["B-PER", "B-LOC"]], "IOB2").overall["precision"]
        0.5
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
    overall = _as_scores(averages["micro avg"]) | {"f1_low": low, "f1_high": high}
    overall["sentences"] = len(counts_N3)
    return TaggingScores(overall, {name: _as_scores(row) for name, row in report.items()})


def _counts(gold: Sequence[str], predicted: Sequence[str], scheme: Scheme) -> tuple[int, int, int]:
    """Count correct, predicted and gold entities of a sentence."""
    true, found = set(to_spans(gold, scheme)), set(to_spans(predicted, scheme))
    return len(true & found), len(found), len(true)


def _f1(counts_N3: np.ndarray) -> float:
    correct, found, true = counts_N3.sum(axis=0)
    return 2 * correct / (found + true) if found + true else float("nan")


def _as_scores(row: dict[str, float]) -> Scores:
    return {
        "f1": float(row["f1-score"]),
        "precision": float(row["precision"]),
        "recall": float(row["recall"]),
        "count": int(row["support"]),
    }
