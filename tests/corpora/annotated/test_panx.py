import pytest

from tfmling.corpora.annotated.examples import TaggedSentence
from tfmling.corpora.corpus import CorpusError


def read(write, tagged, text, **values):
    path = write("a.tsv", text)
    corpus = tagged(**{"format": "panx", "path": path, "language": "sw"} | values)
    return corpus.read_all()[0]


def test_words_with_their_language(write, tagged):
    sentences = read(write, tagged, "sw:Dar\tB-LOC\nsw::\tO\n\nsw:sw:x\tO\n")
    assert [s.words for s in sentences] == [("Dar", ":"), ("sw:x",)]
    assert isinstance(sentences[0], TaggedSentence)
    assert sentences[0].labels == ("B-LOC", "O")


def test_plain_words(write, tagged):
    sentences = read(write, tagged, "Dar\tB-LOC\nen:x\tO\n")
    assert sentences[0].words == ("Dar", "en:x")


def test_another_prefix_by_setting(write, tagged):
    assert read(write, tagged, "swa:Dar\tO\n", prefix="swa")[0].words == ("Dar",)


def test_a_prefix_on_every_word_or_none(write, tagged):
    with pytest.raises(CorpusError, match=r"a\.tsv:2: missing_prefix: expected 'sw:'"):
        read(write, tagged, "sw:Dar\tB-LOC\nes\tO\n")
    with pytest.raises(CorpusError, match=r"a\.tsv:2: missing_prefix: expected 'sw:' and a word"):
        read(write, tagged, "sw:Dar\tB-LOC\nsw:\tO\n")


def test_the_code_of_the_file_may_be_another_than_the_language_s(write, tagged):
    text = "tl:Rizal\tB-PER\ntl:y\tO\n"  # Tagalog, which is fil here
    with pytest.raises(CorpusError, match=r"a\.tsv:1: missing_prefix: expected 'fil:'"):
        read(write, tagged, text, language="tl")
    assert read(write, tagged, text, language="tl", prefix="tl")[0].words == ("Rizal", "y")


def test_words_that_look_like_codes_by_setting(write, tagged):
    assert read(write, tagged, "ca:5\tO\n", prefix="")[0].words == ("ca:5",)


@pytest.mark.parametrize("broken", ["sw:a\n", "sw:a\n\n", "\tO\n"])
def test_a_broken_first_line_does_not_hide_the_prefix(write, tagged, broken):
    sentences = read(write, tagged, f"{broken}sw:b\tO\n\nsw:Dar\tB-LOC\n", bad_lines="skip")
    assert sentences[-1].words == ("Dar",)


def test_types_are_those_of_panx(write, tagged):
    with pytest.raises(CorpusError, match=r"a\.tsv:1: unknown_label: expected one of PER, ORG"):
        read(write, tagged, "leo\tB-DATE\n")
