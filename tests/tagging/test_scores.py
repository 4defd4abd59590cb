"""Entity F1 and accuracies against hand counts and seqeval."""

import numpy as np
import pytest
from seqeval.metrics import f1_score

from tfmling.core.intervals import wilson_interval
from tfmling.corpora.annotated.schemes import convert
from tfmling.tagging.scores import entity_scores, pair_accuracy, word_accuracy

GOLD = [["B-PER", "I-PER", "O", "B-LOC"], ["O", "B-LOC", "O"]]


def test_entities_are_right_where_words_and_type_are():
    # of 3 entities PER 0-2 and LOC 1-2 are found, LOC 3-4 is called PER
    predicted = [["B-PER", "I-PER", "O", "B-PER"], ["O", "B-LOC", "O"]]
    scores = entity_scores(GOLD, predicted, "IOB2")
    assert scores.overall["f1"] == pytest.approx(2 / 3)
    assert scores.overall["count"] == 3
    assert scores.overall["sentences"] == 2
    assert scores.overall["f1_low"] <= 2 / 3 <= scores.overall["f1_high"]
    # PER: 1 of 2 found is right, 1 of 1 is found; LOC: 1 of 1 right, 1 of 2 found
    assert scores.by_type["PER"] == pytest.approx(
        {"f1": 2 / 3, "precision": 0.5, "recall": 1.0, "count": 1}
    )
    assert scores.by_type["LOC"] == pytest.approx(
        {"f1": 2 / 3, "precision": 1.0, "recall": 0.5, "count": 2}
    )


@pytest.mark.parametrize("scheme", ["IOB2", "BIOUL", "BIOES"])
def test_schemes_score_alike(scheme):
    predicted = [["B-PER", "O", "O", "B-LOC"], ["O", "B-LOC", "I-LOC"]]
    as_scheme = [[convert(labels, "IOB2", scheme) for labels in side] for side in (GOLD, predicted)]
    scores = entity_scores(*as_scheme, scheme)
    assert scores.overall["f1"] == pytest.approx(1 / 3)  # LOC 3-4 of 3 found and 3 gold


def test_broken_predictions_are_read_as_seqeval_reads_them():
    generator = np.random.default_rng(1)
    labels = ["O", "B-A", "I-A", "B-B", "I-B"]
    sides = [[[labels[n] for n in row] for row in generator.integers(0, 5, (50, 9))] for _ in "gp"]
    assert entity_scores(*sides, "IOB2").overall["f1"] == pytest.approx(f1_score(*sides))


def test_nothing_found_is_zero_and_nothing_to_find_is_an_error():
    nothing = [["O"] * 4, ["O"] * 3]
    assert entity_scores(GOLD, nothing, "IOB2").overall["f1"] == 0
    with pytest.raises(ValueError, match="expected entities"):
        entity_scores(nothing, GOLD, "IOB2")


def test_accuracy_of_words_is_of_words_not_of_sentences():
    figures = word_accuracy([["A"], ["A", "B", "B"]], [["A"], ["A", "A", "A"]])
    assert figures["accuracy"] == 0.5
    assert (figures["count"], figures["sentences"]) == (4, 2)
    # a resample has only the first sentence (1), only the second (1/3) or both
    assert (figures["accuracy_low"], figures["accuracy_high"]) == (pytest.approx(1 / 3), 1.0)


def test_accuracy_of_pairs():
    figures = pair_accuracy(["a", "b", "a", "a"], ["a", "b", "b", "b"])
    assert figures["accuracy"] == 0.5
    assert (figures["accuracy_low"], figures["accuracy_high"]) == wilson_interval(2, 4)
