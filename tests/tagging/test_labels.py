"""Which labels there are, and labels that do not fit their scheme."""

import pytest

from tfmling.corpora.annotated.examples import TaggedSentence
from tfmling.corpora.corpus import CorpusError
from tfmling.tagging.tasks import entity_labels


def sentence(*labels: str) -> TaggedSentence:
    return TaggedSentence(("w",) * len(labels), labels, "train.txt:7")


def test_every_prefix_of_every_type():
    found = entity_labels([sentence("U-LOC", "O"), sentence("B-PER", "L-PER")], "BIOUL")
    assert found == ["O", "B-LOC", "I-LOC", "L-LOC", "U-LOC", "B-PER", "I-PER", "L-PER", "U-PER"]
    assert entity_labels([sentence("B-LOC")], "IOB2") == ["O", "B-LOC", "I-LOC"]


def test_labels_of_another_scheme_are_named():
    with pytest.raises(CorpusError, match=r"train.txt:7: expected labels O, B-.*got 'U-LOC'"):
        entity_labels([sentence("O", "U-LOC")], "IOB2")


def test_labels_out_of_order_are_named():
    with pytest.raises(CorpusError, match=r"train.txt:7: the labels O I-LOC break IOB2"):
        entity_labels([sentence("O", "I-LOC")], "IOB2")
