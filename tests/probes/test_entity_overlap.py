import pytest

from tfmling.corpora.annotated.examples import TaggedSentence
from tfmling.probes.entity_overlap import entity_pieces, overlap


def test_pieces_of_entities_only():
    sentences = [
        TaggedSentence(("Ken", "Wiwa", "left"), ("B-PER", "I-PER", "O"), "a:1"),
        TaggedSentence(("in", "Lagos"), ("O", "B-LOC"), "a:5"),
    ]
    found = entity_pieces(sentences, "IOB2", cut=lambda word: [word[:2], f"##{word[2:]}"])
    assert found == {"Ke", "##n", "Wi", "##wa", "La", "##gos"}


def test_overlap_by_hand():
    assert overlap({"a", "b", "c"}, {"b", "c", "d"}) == pytest.approx(2 / 4)
    assert overlap({"a"}, {"b"}) == 0
    assert overlap(set(), set()) == 0
