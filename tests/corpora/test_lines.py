import gzip
import tracemalloc

import pytest

from tfmling.corpora.lines import Line, read_lines

LIMIT = 100


def read(tmp_path, data, name="a.txt", limit=LIMIT):
    path = tmp_path / name
    path.write_bytes(data)
    return list(read_lines(str(path), limit))


def test_lines_are_those_of_wc(tmp_path):
    data = "\ufeffmoja\r\n\n mbili\u2028tatu\u0085nne\rtano\nsita".encode()
    assert read(tmp_path, data) == [
        Line(1, "moja"),
        Line(2, ""),
        Line(3, " mbili\u2028tatu\u0085nne\rtano"),
        Line(4, "sita"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_lines_of_old_macintoshes(tmp_path, encoding):
    text = "moja mbili\rtatu\r\rnne" + "\rtano" * 100_000
    lines = read(tmp_path, text.encode(encoding))
    assert [line.text for line in lines[:5]] == ["moja mbili", "tatu", "", "nne", "tano"]
    assert len(lines) == 4 + 100_000


def test_a_carriage_return_before_the_first_line_feed_is_no_line_end(tmp_path):
    long = b"a" * (1 << 18)  # as much as is read at a time
    lines = read(tmp_path, long[:-1] + b"\r\nb\rc\n", limit=1 << 20)
    assert [line.text[-3:] for line in lines] == ["aaa", "b\rc"]


@pytest.mark.parametrize("length", [3, (1 << 18) - 8, (1 << 18) - 7, (1 << 18) - 6, (1 << 18) - 5])
def test_byte_order_marks_of_files_that_were_joined(tmp_path, length):
    """Also where the mark is cut by the end of what is read at a time."""
    first = "\ufeffx\n".encode() + b"a" * length + b"\n"
    lines = read(tmp_path, first + "\ufeffb\ufeffc\n\ufeff\nd".encode(), limit=1 << 20)
    assert [line.text[-3:] for line in lines] == ["x", "aaa", "b\ufeffc", "", "d"]


def test_bytes_that_are_not_utf8_cost_their_line_only(tmp_path):
    lines = read(tmp_path, b"moja\nmb\xff\xfeili\ntatu\n")
    assert lines == [Line(1, "moja"), Line(2, "mb\\xff\\xfeili", "not_utf8"), Line(3, "tatu")]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_the_longest_line_allowed_and_one_byte_more(tmp_path, end):
    assert read(tmp_path, b"a" * LIMIT + end) == [Line(1, "a" * LIMIT)]
    assert read(tmp_path, b"a" * (LIMIT + 1) + end) == [Line(1, "a" * 101, "line_too_long")]


def test_a_carriage_return_at_the_limit_ends_no_line(tmp_path):
    (line,) = read(tmp_path, b"a" * LIMIT + b"\rmore\n")
    assert line.problem == "line_too_long"


def test_a_line_of_50_mb_costs_no_memory_and_nothing_else(tmp_path):
    path = tmp_path / "a.txt.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"before\n" + b"x" * 50_000_000 + b"\nafter\n")
    tracemalloc.start()
    lines = list(read_lines(str(path), 1 << 20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(line.number, line.problem) for line in lines] == [
        (1, None),
        (2, "line_too_long"),
        (3, None),
    ]
    assert lines[2].text == "after"
    assert len(lines[1].text) < 1000
    assert peak < 8_000_000


def test_a_truncated_gzip_gives_its_whole_lines_and_says_where_it_ends(tmp_path):
    whole = gzip.compress("".join(f"mstari {i}\n" for i in range(5000)).encode(), mtime=0)
    lines = read(tmp_path, whole[: len(whole) // 2], "a.txt.gz")
    kept, last = lines[:-1], lines[-1]
    assert len(kept) > 1000
    assert kept == [Line(i + 1, f"mstari {i}") for i in range(len(kept))]
    assert (last.number, last.problem) == (len(kept) + 1, "truncated_gzip")


def test_a_gzip_with_wrong_bytes_and_a_file_that_is_none(tmp_path):
    whole = bytearray(gzip.compress(b"moja\nmbili\n", mtime=0))
    whole[-8] ^= 1  # the checksum of the content
    lines = read(tmp_path, bytes(whole), "a.txt.gz")
    assert [(line.text, line.problem) for line in lines[:2]] == [("moja", None), ("mbili", None)]
    assert (lines[2].number, lines[2].problem) == (3, "corrupt_gzip")
    (only,) = read(tmp_path, b"moja\n", "b.txt.gz")
    assert (only.number, only.problem) == (1, "corrupt_gzip")


def test_concatenated_gzip_members_are_one_file(tmp_path):
    data = gzip.compress(b"moja\nmb") + gzip.compress(b"ili\n")
    assert read(tmp_path, data, "a.gz") == [Line(1, "moja"), Line(2, "mbili")]


def test_an_empty_file_has_no_lines(tmp_path):
    assert read(tmp_path, b"") == []
