"""Quoted cells with tabs and line ends, against Python's own csv where the table is sound."""

import csv
import io

import hypothesis
import pytest
from hypothesis import strategies

from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.documents import Rejected, SentencePair
from tfmling.corpora.lines import Line
from tfmling.corpora.table import quoted_rows


def rows(text, max_characters=1000):
    lines = [Line(n, line) for n, line in enumerate(text.split("\n"), start=1)]
    found = quoted_rows(iter(lines), max_characters)
    return [(line.number, cells if not line.problem else line.problem) for line, cells in found]


def test_tabs_and_line_ends_in_cells(write, bitext, read_all):
    path = write(
        "a.tsv", 'one\tmoja\n"two\tthree"\t"mbili\ttatu"\n"four\nfive"\t"nne\ntano"\nx\ty\n'
    )
    corpus = bitext(format="tsv_pairs", path=path, quoted=True)
    assert [(p.line, p.source, p.target) for p in read_all(corpus)] == [
        (1, "one", "moja"),
        (2, "two\tthree", "mbili\ttatu"),
        (3, "four\nfive", "nne\ntano"),
        (6, "x", "y"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a ""b"" c"\td', [(1, ['a "b" c', "d"])]),
        ('""\td', [(1, ["", "d"])]),
        ('""""\td', [(1, ['"', "d"])]),
        ('"Yes," she said\t"No"', [(1, ['"Yes," she said', "No"])]),
        ('5" pipe\tx', [(1, ['5" pipe', "x"])]),
        ('"a\n\nb"\tc\nd', [(1, ["a\n\nb", "c"]), (4, ["d"])]),
        ('"a\nb\nc', [(1, "unclosed_quote"), (2, ["b"]), (3, ["c"])]),
        ('"a\nb\n"c" d\te', [(1, "unclosed_quote"), (2, ["b"]), (3, ['"c" d', "e"])]),
        ('"a\n"b"\tc', [(1, "unclosed_quote"), (2, ["b", "c"])]),
    ],
)
def test_rows_by_hand(text, expected):
    assert rows(text) == expected


def test_a_row_of_several_lines_is_bounded():
    text = '"' + "\n".join(["abcdefghi"] * 5) + '"\tx'
    assert rows(text) == [(1, ["\n".join(["abcdefghi"] * 5), "x"])]
    found = rows(text, max_characters=20)
    assert found[:2] == [(1, "unclosed_quote"), (2, ["abcdefghi"])]


def test_a_line_that_cannot_be_read_ends_the_row_before(write, bitext, read_all):
    path = write("a.tsv", b'"a\nb\xff\nc"\td\ne\tf\n')
    found = read_all(bitext(format="tsv_pairs", path=path, quoted=True))
    assert [item.reason for item in found if isinstance(item, Rejected)] == [
        "unclosed_quote",
        "not_utf8",
    ]
    assert [(p.line, p.source) for p in found if isinstance(p, SentencePair)] == [
        (3, 'c"'),
        (4, "e"),
    ]


_CELLS = strategies.text(strategies.sampled_from('ab "\t\n'), max_size=6)


@hypothesis.given(strategies.lists(strategies.tuples(_CELLS, _CELLS), min_size=1, max_size=5))
def test_what_csv_writes_is_read(table):
    file = io.StringIO()
    csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(table)
    text = file.getvalue().removesuffix("\n")
    assert [tuple(cells) for _, cells in rows(text)] == table


@pytest.mark.timeout(20)
def test_stray_quotes_cost_no_more_than_their_number():
    found = rows("\n".join(['"abc\tdef'] * 50_000), max_characters=1 << 20)
    assert len(found) == 50_000


def test_a_table_without_the_column_is_refused(write, bitext, monolingual, read_all):
    path = write("a.tsv", "one\tmoja\ntwo\tmbili\n")
    message = r"a\.tsv:1: expected the columns 0, 2, .* this line has 2: 'one\\tmoja'"
    with pytest.raises(CorpusError, match=message):
        read_all(bitext(format="tsv_pairs", path=path, target_column=2))
    with pytest.raises(CorpusError, match="expected the columns 5"):
        read_all(monolingual(format="tsv", path=path, language="sw", column=5))


def test_a_header_with_the_column_twice_is_refused(write, monolingual, read_all):
    path = write("a.tsv", "text\tid\ttext\na\tb\tc\n")
    corpus = monolingual(format="tsv", path=path, language="sw", column="text", header=True)
    with pytest.raises(CorpusError, match="2 columns 'text'"):
        read_all(corpus)
    corpus = monolingual(format="tsv", path=path, language="sw", column="id", header=True)
    assert [d.paragraphs for d in read_all(corpus)] == [("b",)]
