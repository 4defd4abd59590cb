"""Four ways to write the same entities; what follows what is tried against all short sequences."""

import itertools

import pytest

from tfmling.corpora.annotated.schemes import (
    Span,
    belongs,
    convert,
    from_spans,
    may_follow,
    repair,
    to_spans,
    violations,
)

# the same entities: X of two words, X of one, outside, Y of three, X of one
SAME = {
    "IOB1": "I-X I-X B-X O I-Y I-Y I-Y I-X",
    "IOB2": "B-X I-X B-X O B-Y I-Y I-Y B-X",
    "BIOES": "B-X E-X S-X O B-Y I-Y E-Y S-X",
    "BIOUL": "B-X L-X U-X O B-Y I-Y L-Y U-X",
}
SPANS = [Span(0, 2, "X"), Span(2, 3, "X"), Span(4, 7, "Y"), Span(7, 8, "X")]
LABELS = {
    "IOB1": "O B-X I-X B-Y I-Y",
    "IOB2": "O B-X I-X B-Y I-Y",
    "BIOES": "O B-X I-X E-X S-X B-Y E-Y",
    "BIOUL": "O B-X I-X L-X U-X B-Y L-Y",
}


@pytest.mark.parametrize("scheme", SAME)
def test_entities_of_each_scheme(scheme):
    labels = SAME[scheme].split()
    assert to_spans(labels, scheme) == SPANS
    assert from_spans(SPANS, 8, scheme) == labels
    assert violations(labels, scheme) == []


@pytest.mark.parametrize(("source", "target"), itertools.permutations(SAME, 2))
def test_each_scheme_to_each_other(source, target):
    assert convert(SAME[source].split(), source, target) == SAME[target].split()


@pytest.mark.parametrize("scheme", LABELS)
def test_what_is_allowed_is_exactly_what_entities_are_written_as(scheme):
    # of all sequences of four labels, those that the scheme writes are those without violation
    for labels in itertools.product(LABELS[scheme].split(), repeat=4):
        written = from_spans(to_spans(labels, scheme), 4, scheme)
        assert (violations(labels, scheme) == []) == (written == list(labels)), labels


@pytest.mark.parametrize(
    ("scheme", "broken", "mended", "count"),
    [
        ("IOB2", "O I-X I-X", "O B-X I-X", 1),
        ("IOB2", "B-X I-Y O", "B-X B-Y O", 1),
        ("IOB1", "B-X I-X O", "I-X I-X O", 1),
        ("BIOES", "B-X I-X O", "B-X E-X O", 1),
        ("BIOES", "E-X O I-X", "S-X O S-X", 2),
        ("BIOUL", "B-X B-X L-X", "U-X B-X L-X", 1),
        ("BIOES", "S-X I-X E-X", "S-X B-X E-X", 1),
    ],
)
def test_broken_labels_are_mended_and_counted(scheme, broken, mended, count):
    assert repair(broken.split(), scheme) == (mended.split(), count)
    assert violations(mended.split(), scheme) == []


def test_violations_name_the_label_and_the_end():
    assert violations(["O", "I-X", "I-Y"], "IOB2") == [1, 2]
    assert violations(["O", "B-X"], "BIOES") == [2]


def test_labels_of_another_scheme():
    assert not belongs("S-X", "IOB2")
    assert not belongs("E-X", "BIOUL")
    assert not belongs("B", "IOB2")
    assert not belongs("", "IOB2")
    assert not belongs("BI-X", "IOB2")
    assert belongs("O", "IOB1")
    assert belongs("B-X-Y", "IOB2")


def test_a_crf_may_read_the_transitions():
    assert may_follow("B-X", "L-X", "BIOUL")
    assert not may_follow("B-X", "L-Y", "BIOUL")
    assert not may_follow("B-X", None, "BIOUL")
    assert not may_follow(None, "L-X", "BIOUL")


def test_entities_that_overlap_are_refused():
    with pytest.raises(ValueError, match="side by side"):
        from_spans([Span(0, 2, "X"), Span(1, 3, "X")], 3, "IOB2")


def test_agrees_with_seqeval_on_sound_and_broken_labels():
    from seqeval.metrics.sequence_labeling import get_entities

    for labels in itertools.product(LABELS["IOB2"].split(), repeat=4):
        expected = [(kind, start, end + 1) for kind, start, end in get_entities(list(labels))]
        assert [(s.type, s.start, s.end) for s in to_spans(labels, "IOB2")] == expected
