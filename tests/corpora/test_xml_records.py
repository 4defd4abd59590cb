"""Records of XML cut out of a stream: what is whole is kept, what is not is numbered and named."""

import bz2

import pytest

from tfmling.corpora.limits import UnreadableError, parse_xml
from tfmling.corpora.xml_records import XmlRecords, split_at


@pytest.fixture
def read(write):
    def read(text, name="a.xml", max_bytes=100):
        records = XmlRecords(write(name, text), root="r", record="p", part="q", max_bytes=max_bytes)
        return [(record.number, record.xml, record.problem) for record in records]

    return read


def test_records_and_the_head(write):
    path = write(
        "a.xml", '<?xml version="1.0"?><r a="b">\n <p>one</p> <!-- no -->\n<p >two</p ></r>\n'
    )
    records = XmlRecords(path, root="r", record="p", part="q", max_bytes=100)
    assert [record.xml for record in records] == [b"<p>one</p>", b"<p >two</p >"]
    assert records.head == b'<?xml version="1.0"?><r a="b">\n '


@pytest.mark.parametrize("length", [1, 100_000])
def test_what_is_commented_out_is_not_read(write, length):
    inner = "<p>no</p> <p>nor</p>" + "x" * length + "<p>this</p>"
    path = write("a.xml", f"<r><!-- <p>0</p> --><p>1</p><!--{inner}--><p>2</p> <!-- <p>3 --></r>")
    records = XmlRecords(path, root="r", record="p", part="q", max_bytes=100)
    whole = [record.xml for record in records if not record.problem]
    assert whole == [b"<p>1</p>", b"<p>2</p>"]


def test_a_comment_within_a_record_and_one_without_end(read):
    assert read("<r><p>1<!-- x --></p><!-- <p>2</p> <!-- <p>3</p></r>") == [
        (1, b"<p>1<!-- x --></p>", None),
        (2, b"<!-- ", "broken_xml"),
        (3, b"<p>2</p>", None),
        (4, b" <!-- ", "broken_xml"),
        (5, b"<p>3</p>", None),
    ]


def test_a_comment_without_end_before_the_first_record(write):
    path = write("a.xml", "<r>\n<!--<p>1</p><p>2</p></r>")
    records = XmlRecords(path, root="r", record="p", part="q", max_bytes=100)
    found = [(record.number, record.xml, record.problem) for record in records]
    assert found == [(1, b"<!--", "broken_xml"), (2, b"<p>1</p>", None), (3, b"<p>2</p>", None)]
    assert records.head == b"<r>\n"


def test_a_comment_that_is_too_long_is_broken(write, monkeypatch):
    monkeypatch.setattr("tfmling.corpora.xml_records._MAX_COMMENT_BYTES", 1000)
    path = write("a.xml", "<r><!--" + "<p>0</p>" * 1000 + "--><p>1</p></r>")
    records = list(XmlRecords(path, root="r", record="p", part="q", max_bytes=100))
    assert [record.xml for record in records if not record.problem].count(b"<p>0</p>") == 1000


def test_a_longer_name_is_no_record(read):
    assert read("<r><page>x</page><p>one</p></r>") == [(1, b"<p>one</p>", None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a start tag that is gone, an end tag that is gone
        (b"<r><p>1</p>2</p><p>3</p></r>", ["<p>1</p>", "2</p> broken_xml", "<p>3</p>"]),
        (b"<r><p>1</p><p>2<p>3</p></r>", ["<p>1</p>", "<p>2 broken_xml", "<p>3</p>"]),
        # text between, behind
        (b"<r><p>1</p>x<p>3</p></r>", ["<p>1</p>", "x broken_xml", "<p>3</p>"]),
        (b"<r><p>1</p>x</r>", ["<p>1</p>", "x</r> broken_xml"]),
        # cut within a record, between records, in the head
        (b"<r><p>1</p><p>2", ["<p>1</p>", "<p>2 truncated_xml"]),
        (b"<r><p>1</p>\n", ["<p>1</p>", "\n truncated_xml"]),
        (b"<r><h", ["<r><h truncated_xml"]),
        (b"", [" truncated_xml"]),
        # too long: 100 bytes are allowed
        (b"<r><p>1</p><p>" + b"2" * 99 + b"</p><p>3</p></r>", ["<p>1</p>", "long", "<p>3</p>"]),
        (b"<r></r>", []),
    ],
)
def test_what_is_broken_costs_itself(read, text, expected):
    shown = [
        "long" if problem == "record_too_long" else f"{xml.decode()} {problem or ''}".rstrip(" ")
        for _, xml, problem in read(text)
    ]
    assert shown == expected


def test_a_file_that_breaks_off(write):
    text = b"<r>" + b"".join(b"<p>%06d</p>" % n for n in range(300_000)) + b"</r>"
    packed = bz2.compress(text)
    path = write("a.xml.bz2", packed[: len(packed) * 2 // 3])
    *whole, last = XmlRecords(path, root="r", record="p", part="q", max_bytes=100)
    assert len(whole) > 50_000
    assert [record.xml for record in whole] == [b"<p>%06d</p>" % n for n in range(len(whole))]
    assert (last.number, last.problem) == (len(whole) + 1, "truncated_bzip2")


@pytest.mark.parametrize(
    "data",
    [
        '<?xml version="1.0" encoding="utf-8"?><r><p>ሰላም</p></r>'.encode("utf-8-sig"),
        '<?xml version="1.0" encoding="UTF-16"?><r><p>ሰላም</p></r>'.encode("utf-16"),
        "<r><p>ሰላም</p></r>".encode("utf-16-le"),
        "<r><p>ሰላም</p></r>".encode("utf-16-be"),
    ],
)
def test_encodings_of_unicode(read, data):
    assert read(data) == [(1, "<p>ሰላም</p>".encode(), None)]


def test_declared_encodings(read):
    declared = '<?xml version="1.0" encoding="{}"?><r><p>é</p></r>'
    assert read(declared.format("iso-8859-1").encode("latin-1")) == [(1, "<p>é</p>".encode(), None)]
    assert read(declared.format("ISO-8859-1").replace("é", "‘é’").encode("cp1252")) == [
        (1, "<p>‘é’</p>".encode(), None)
    ]
    for name in ("klingon", "hex", "undefined"):
        ((_, _, problem),) = read(declared.format(name).encode("latin-1"))
        assert problem == "unknown_encoding"


def test_what_is_not_in_the_declared_encoding_is_broken(read):
    text = '<?xml version="1.0" encoding="EUC-KR"?><r><p>{}</p><p>\uc740</p></r>'
    data = text.format("XX").encode("cp949").replace(b"XX", b"\xff\xff")
    first, second = read(data)
    with pytest.raises(UnreadableError, match="broken_xml"):
        parse_xml(first[1])
    assert parse_xml(second[1]).text == "\uc740"


def test_where_blocks_end_makes_no_difference():
    import re

    tag = re.compile(rb"<p(?=[\s>])|</p\s*>")
    text = b"<r><p>one</p><page/><p x='1'>two</p></r>"
    for size in range(1, len(text)):
        blocks = [text[at : at + size] for at in range(0, len(text), size)]
        pieces = list(split_at(iter(blocks), tag))
        assert b"".join(before + found for before, found in pieces) == text
        assert [found for _, found in pieces if found] == [b"<p", b"</p>", b"<p", b"</p>"]


@pytest.mark.parametrize("start", [b"<x>1</p>", b"<x><q>1</q></x>", b"<x>1</q></p>", b"<x><q>1"])
def test_a_first_record_without_its_start_tag_is_counted(read, start):
    broken, whole = read(b"<r>head" + start + b"<p>2</p></r>")
    assert (broken[0], broken[2], whole) == (1, "broken_xml", (2, b"<p>2</p>", None))
    ((number, _, problem),) = read(b"<r>head" + start + b"</r>")
    assert (number, problem) == (1, "broken_xml")
    assert read(b"<r>head</r>") == []


def nested(depth):
    return b"<p>" * depth + b"text" + b"</p>" * depth


def test_elements_in_each_other_are_bounded():
    assert "".join(parse_xml(nested(100)).itertext()) == "text"
    for depth in (101, 1_200, 200_000):
        with pytest.raises(UnreadableError, match="nested_too_deeply"):
            parse_xml(nested(depth))
    wide = b"<p>" + b"<a>b</a>" * 50_000 + b"</p>"
    assert len(parse_xml(wide)) == 50_000
    with pytest.raises(UnreadableError, match="broken_xml"):
        parse_xml(wide[:-1])
