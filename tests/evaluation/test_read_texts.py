"""Test sets are read whole or refused."""

import pytest

from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.moses import Moses
from tfmling.corpora.plain_text import PlainText
from tfmling.corpora.tsv import JoinedTsv
from tfmling.evaluation.read_texts import read_pairs, read_sentences

LANGUAGES = {"source_language": "sw", "target_language": "en"}


def moses(tmp_path, source: bytes, target: bytes) -> Moses:
    (tmp_path / "s").write_bytes(source)
    (tmp_path / "t").write_bytes(target)
    return Moses(format="moses", source=f"{tmp_path}/s", target=f"{tmp_path}/t", **LANGUAGES)


def test_pairs_line_by_line(tmp_path):
    corpus = moses(tmp_path, b"habari\nasante\n", b"hello\nthanks\n")
    assert read_pairs(corpus) == (["habari", "asante"], ["hello", "thanks"])


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        (b"a\nb\n", b"a\n", "s:2: line_without_partner: 'b'; a test set must be whole"),
        (b"a\nb\n", b"a\n\xff\n", "t:2: not_utf8"),
        (b"", b"", "expected a test set, found no sentence"),
        (b"a\n\nc\n", b"a\nb\nc\n", "s:2: the source is blank and the other side is not"),
        (b"a\nb\n", b"a\n \n", "s:2: the target is blank"),
        (b"\n", b"\n", "found blank lines only"),
    ],
)
def test_half_a_set_is_rejected(tmp_path, source, target, message):
    with pytest.raises(CorpusError, match=message):
        read_pairs(moses(tmp_path, source, target))


def test_lines_that_are_blank_on_both_sides_are_no_sentences(tmp_path):
    assert read_pairs(moses(tmp_path, b"a\n\nb\n\n", b"x\n \ny\n\n")) == (["a", "b"], ["x", "y"])


def test_rows_that_two_tables_do_not_share_are_no_fault(tmp_path):
    (tmp_path / "s").write_text("1\thabari\n2\tasante\n", encoding="utf-8")
    (tmp_path / "t").write_text("2\tthanks\n3\tyes\n", encoding="utf-8")
    corpus = JoinedTsv(
        format="joined_tsv", source=f"{tmp_path}/s", target=f"{tmp_path}/t", **LANGUAGES
    )
    assert read_pairs(corpus) == (["asante"], ["thanks"])


def test_a_repeated_id_is_an_error(tmp_path):
    (tmp_path / "s").write_text("1\thabari\n2\tasante\n1\tndiyo\n", encoding="utf-8")
    (tmp_path / "t").write_text("1\tnews\n2\tthanks\n", encoding="utf-8")
    corpus = JoinedTsv(
        format="joined_tsv", source=f"{tmp_path}/s", target=f"{tmp_path}/t", **LANGUAGES
    )
    with pytest.raises(CorpusError, match=r"s:3: repeated_id: '1\\tndiyo'"):
        read_pairs(corpus)


def test_sentences_are_paragraphs(tmp_path):
    (tmp_path / "x").write_text("one\ntwo\n\nthree\n", encoding="utf-8")
    corpus = PlainText(format="plain_text", language="en", path=f"{tmp_path}/x")
    assert read_sentences(corpus) == ["one", "two", "three"]


def test_real_tatoeba(shared_data):
    folder = shared_data / "tatoeba"
    corpus = Moses(
        format="moses",
        source=f"{folder}/tatoeba.swh-eng.swh*",
        target=f"{folder}/tatoeba.swh-eng.eng*",
        **LANGUAGES,
    )
    source, target = read_pairs(corpus)
    assert len(source) == len(target) == 390
