import pytest

from tfmling.core import config
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.documents import Document, Rejected


def test_a_column_by_number(write, monolingual, read_all):
    path = write("a.tsv.gz", "1\tone\tmoja\n\n2\ttwo\tmbili\n")
    corpus = monolingual(format="tsv", path=path, language="sw", column=2)
    assert read_all(corpus) == [
        Document(path, "sw", ("moja",), (1,)),
        Document(path, "sw", ("mbili",), (3,)),
    ]


def test_a_column_by_name_and_quotes(write, monolingual, read_all):
    path = write("a.tsv", 'en\tswa\n"one"\t"""moja"", alisema"\n')
    corpus = monolingual(
        format="tsv", path=path, language="sw", column="swa", header=True, quoted=True
    )
    assert [d.paragraphs for d in read_all(corpus)] == [('"moja", alisema',)]


def test_without_the_flag_quotes_are_text(write, monolingual, read_all):
    corpus = monolingual(format="tsv", path=write("a.tsv", '"moja"\n'), language="sw", column=0)
    assert [d.paragraphs for d in read_all(corpus)] == [('"moja"',)]


def test_rows_of_one_document(write, monolingual, read_all):
    path = write("a.tsv", "abcd\nefgh\nijkl\n")
    corpus = monolingual(
        format="tsv",
        path=path,
        language="sw",
        column=0,
        document_break="none",
        max_document_characters=8,
    )
    assert [d.paragraphs for d in read_all(corpus)] == [("abcd", "efgh"), ("ijkl",)]


def test_missing_columns_are_named(write, monolingual, read_all):
    path = write("a.tsv", "1\tmoja\n2\n3\ttatu\n")
    corpus = monolingual(format="tsv", path=path, language="sw", column=1)
    assert read_all(corpus)[1] == Rejected(f"{path}:2", "sw", "missing_columns", "2")
    assert len(read_all(corpus)) == 3


def test_a_header_without_the_column_is_refused(write, monolingual, read_all):
    path = write("a.tsv", "en\tswa\nx\ty\n")
    corpus = monolingual(format="tsv", path=path, language="sw", column="sw", header=True)
    with pytest.raises(CorpusError, match=r"a\.tsv:1: no column 'sw'.*\['en', 'swa'\]"):
        read_all(corpus)


def test_a_name_needs_a_header(write, monolingual):
    with pytest.raises(config.ConfigError, match="needs header: true"):
        monolingual(format="tsv", path=write("a.tsv", "x\n"), language="sw", column="swa")
