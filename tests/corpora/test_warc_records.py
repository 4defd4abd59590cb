"""The container: what is broken costs itself, has a place and a reason."""

import bz2
import gzip

import pytest
import zstandard

from tests.corpora.archives import members, pages, record, response
from tfmling.corpora.warc_records import digest_matches, read_records

PACK = {
    "plain": b"".join,
    "gzip": members,
    "zstd": lambda records: b"".join(map(zstandard.compress, records)),
}


@pytest.fixture
def read(tmp_path):
    """(offset, number of the page, problem) of each record."""

    def read(data, max_bytes=1 << 20):
        path = tmp_path / "a.warc"
        path.write_bytes(data)
        found = read_records(str(path), max_bytes)
        return [(r.number, r.uri and r.uri.rpartition("/")[2], r.problem) for r in found]

    return read


def kept(found):
    return [page for _, page, problem in found if problem is None]


@pytest.mark.parametrize("pack", PACK)
def test_offsets_are_those_at_which_records_begin(read, pack):
    records = pages(3)
    offsets = [len(PACK[pack](records[:n])) for n in range(3)]
    assert read(PACK[pack](records)) == [(offsets[n], str(n), None) for n in range(3)]


def test_archives_that_are_compressed_as_a_whole(read):
    whole = b"".join(pages(3))
    for pack in (gzip.compress, zstandard.compress, bz2.compress):
        found = read(pack(whole))
        assert kept(found) == ["0", "1", "2"]
        assert len({offset for offset, _, _ in found}) == 3


BROKEN = {
    "wrong_version": (lambda r: r.replace(b"WARC/1.0", b"WBRC/1.0"), "broken_record"),
    "no_length": (lambda r: r.replace(b"Content-Length", b"Xontent-Length"), "wrong_length"),
    "length_no_number": (lambda r: r.replace(b"Length: ", b"Length: x"), "wrong_length"),
    "length_too_long": (lambda r: r.replace(b"Length: ", b"Length: 9"), "wrong_length"),
    "length_much_too_long": (lambda r: r.replace(b"Length: ", b"Length: 99999"), "wrong_length"),
    "length_too_short": (lambda r: r.replace(b"Length: 1", b"Length: "), "wrong_length"),
    "bad_digest": (lambda r: r.replace(b"Sentence", b"Zentence"), "bad_digest"),
    "rubbish_behind": (lambda r: r + b"rubbish\r\n", "broken_record"),
}


@pytest.mark.parametrize("pack", ["plain", "gzip"])
@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_record_costs_itself(read, pack, case):
    records = pages(5)
    breaks, reason = BROKEN[case]
    records[2] = breaks(records[2])
    found = read(PACK[pack](records))
    assert set(kept(found)) >= {"0", "1", "3", "4"}
    assert reason in {problem for _, _, problem in found} or (pack, case) == (
        "gzip", "length_too_short",
    )  # fmt: skip
    start, end = len(PACK[pack](records[:2])), len(PACK[pack](records[:3]))
    assert all(start <= offset <= end for offset, _, problem in found if problem)


@pytest.mark.parametrize("at", [0, 12, -3])
def test_a_broken_member_costs_itself(read, at):
    packed = [gzip.compress(each, mtime=0) for each in pages(5)]
    broken = bytearray(packed[2])
    broken[at] ^= 0xFF  # the magic bytes, the compressed data, the checksum
    found = read(b"".join([*packed[:2], bytes(broken), *packed[3:]]))
    assert kept(found) == ["0", "1", "3", "4"]
    assert [problem for _, _, problem in found if problem] == ["broken_record"]


@pytest.mark.parametrize("pack", ["plain", "gzip"])
def test_a_truncated_archive(read, pack):
    whole = PACK[pack](pages(5))
    found = read(whole[:-40])
    assert kept(found) == ["0", "1", "2", "3"]
    assert found[-1][2] in ("truncated_record", "wrong_length")


def test_a_record_that_is_too_long(read):
    records = pages(3)
    records[1] = record(response("x" * 5000), uri="http://a.org/1")
    assert [problem for _, _, problem in read(b"".join(records), 1000)] == [
        None, "record_too_long", None,
    ]  # fmt: skip


def test_a_page_about_archives_is_no_record(read):
    inner = record(response("inner"), uri="http://a.org/inner")
    records = [*pages(1), record(response(inner), uri="http://a.org/outer"), *pages(1, start=2)]
    assert kept(read(b"".join(records))) == ["0", "outer", "2"]


@pytest.mark.parametrize(
    "data", [b"", b"\0\1\2", b"hello\n" * 100, gzip.compress(b"hello", mtime=0), b"WARC/"]
)
def test_what_is_no_archive_is_said(read, data):
    assert [problem for _, _, problem in read(data)] in (["broken_record"], ["wrong_length"])


def test_the_older_format_is_said(read):
    arc = b"filedesc://a.arc 0.0.0.0 20140216050221 text/plain 75\n1 0 A\n"
    assert read(arc) == read(gzip.compress(arc)) == [(0, None, "arc_file")]


def test_digests():
    # sha1 of nothing: da39a3ee5e6b4b0d3255bfef95601890afd80709
    assert digest_matches("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", b"")
    assert digest_matches("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", b"")
    assert digest_matches("sha1:2jmj7l5rSw0yVb/vlWAYkK/YBwk=", b"")
    assert digest_matches("sha1:2jmj7l5rSw0yVb/vlWAYkK/YBwk=", b"x") is False
    assert digest_matches("blake9:xyz", b"") is None
    assert digest_matches("", b"") is None
