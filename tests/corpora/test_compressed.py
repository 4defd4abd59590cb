"""One door for gzip, bzip2, xz and Zstandard: whole, in members, truncated, corrupt, misnamed."""

import bz2
import gzip
import lzma
import random
import sys
import tracemalloc

import fsspec
import pytest
import zstandard

from tfmling.corpora.compressed import read_blocks
from tfmling.corpora.limits import UnreadableError
from tfmling.corpora.lines import read_lines

COMPRESS = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lambda data: lzma.compress(data, preset=0),
    # as `zstd` writes it: with a checksum
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
}
EXTENSIONS = {"gzip": ".gz", "bzip2": ".bz2", "xz": ".xz", "zstd": ".zst"}
KINDS = list(COMPRESS)


def lines(count):
    """Text that does not compress away: 40 hex digits a line."""
    dice = random.Random(1)
    return "".join(f"{dice.getrandbits(160):040x}\n" for _ in range(count)).encode()


@pytest.fixture
def read(tmp_path):
    """The content of a file, and the reason for which it ends."""

    def read(data, name="a"):
        path = tmp_path / name
        path.write_bytes(data)
        got = bytearray()
        try:
            for block in read_blocks(str(path)):
                got += block
        except UnreadableError as error:
            return bytes(got), error.reason
        return bytes(got), None

    return read


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("named", [True, False])
def test_what_a_file_is_stands_in_its_first_bytes(read, kind, named):
    text = lines(20_000)  # more than one block
    assert read(COMPRESS[kind](text), f"a{EXTENSIONS[kind] if named else ''}") == (text, None)


@pytest.mark.parametrize("kind", KINDS)
def test_members_are_one_file(read, kind):
    parts = [b"moja\nmb", b"", b"ili\n"]
    assert read(b"".join(map(COMPRESS[kind], parts))) == (b"moja\nmbili\n", None)


def test_frames_that_decoders_skip(read):
    skipped = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"note"
    assert read(skipped + zstandard.compress(b"moja\n")) == (b"moja\n", None)


def test_padding_behind_xz_and_gzip(read):
    for kind in ("xz", "gzip"):
        assert read(COMPRESS[kind](b"moja\n") + bytes(8)) == (b"moja\n", None)


@pytest.mark.parametrize("kind", KINDS)
def test_a_truncated_file_gives_what_was_before(read, kind):
    text = lines(50_000)
    whole = COMPRESS[kind](text)
    got, reason = read(whole[: len(whole) * 3 // 4])
    assert reason == f"truncated_{kind}"
    assert text.startswith(got)
    # bzip2 gives whole blocks of 900,000 bytes, of which three quarters of 2,050,000 hold one
    assert len(got) > (899_000 if kind == "bzip2" else len(text) * 0.6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("left", [2, 5])
def test_a_second_member_that_is_cut(read, kind, left):
    whole = COMPRESS[kind](b"moja\n")
    assert read(whole + whole[:left]) == (b"moja\n", f"truncated_{kind}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_file_gives_what_was_before(read, kind):
    text = lines(60_000)
    damaged = bytearray(COMPRESS[kind](text))
    at = len(damaged) * 3 // 4
    damaged[at : at + 40] = bytes(40)
    got, reason = read(bytes(damaged))
    assert reason == f"corrupt_{kind}"
    assert got[: len(text) // 3] == text[: len(text) // 3]


@pytest.mark.parametrize("at", range(12))
def test_each_damaged_byte_of_a_short_gzip_is_noticed(read, at):
    damaged = bytearray(gzip.compress(b"moja na mbili na tatu\n", mtime=0))
    damaged[10 + at] ^= 0xFF
    assert read(bytes(damaged), "a.gz")[1] in ("corrupt_gzip", "truncated_gzip")


@pytest.mark.parametrize("kind", KINDS)
def test_rubbish_behind_a_file_is_not_silent(read, kind):
    assert read(COMPRESS[kind](b"moja\n") + b"not compressed") == (b"moja\n", f"corrupt_{kind}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_that_promises_more_than_the_file_holds(read, kind):
    assert read(b"moja na mbili\n", f"a{EXTENSIONS[kind]}") == (b"", f"corrupt_{kind}")
    assert read(b"", f"a{EXTENSIONS[kind]}") == (b"", f"truncated_{kind}")


def test_text_that_begins_like_bzip2_is_text(read):
    assert read(b"BZh9 is how it begins\n") == (b"BZh9 is how it begins\n", None)


@pytest.mark.parametrize("kind", KINDS)
def test_memory_does_not_grow_with_what_is_packed(tmp_path, kind):
    path = tmp_path / "a"
    path.write_bytes(COMPRESS[kind](bytes(100_000_000)))
    tracemalloc.start()
    total = sum(map(len, read_blocks(str(path))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 100_000_000
    assert peak < 40_000_000


def test_without_isal_gzip_is_read_all_the_same(read, monkeypatch):
    monkeypatch.setitem(sys.modules, "isal", None)
    text = lines(20_000)
    assert read(gzip.compress(text)) == (text, None)


def test_without_zstandard_the_extra_is_named(read, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"pip install -e '\.\[web\]'"):
        read(zstandard.compress(b"moja\n"))


@pytest.mark.parametrize("kind", KINDS)
def test_remote_files_and_the_lines_of_all(kind):
    path = f"memory://compressed/a{EXTENSIONS[kind]}"
    with fsspec.open(path, "wb") as file:
        file.write(COMPRESS[kind](b"moja\r\nmbili"))
    assert [line.text for line in read_lines(path, 100)] == ["moja", "mbili"]
