"""Transfer and content codings of HTTP, as standards and servers have them."""

import gzip
import zlib

import brotli
import pytest
import zstandard

from tfmling.corpora.http_body import decode_body
from tfmling.corpora.limits import UnreadableError

TEXT = b"The goats sleep at night. " * 20


def raw_deflate(data):
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush()


def chunked(data, size=100, extension=b"", end=b"0\r\n\r\n"):
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x%s\r\n%s\r\n" % (len(part), extension, part) for part in parts) + end


CODINGS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


@pytest.mark.parametrize("coding", CODINGS)
def test_content_codings(coding):
    body = CODINGS[coding](TEXT)
    assert decode_body(body, [], [coding], 10_000) == TEXT
    assert decode_body(body, [], [coding, "identity"], 10_000) == TEXT
    assert decode_body(chunked(body), ["chunked"], [coding], 10_000) == TEXT
    assert decode_body(chunked(body), [coding, "chunked"], [], 10_000) == TEXT
    for cut in (body[:-5], body[: len(body) // 2], b"rubbish"):
        with pytest.raises(UnreadableError, match="broken_body"):
            decode_body(cut, [], [coding], 10_000)


@pytest.mark.parametrize("coding", [*CODINGS, "raw"])
def test_what_is_decoded_is_bounded(coding):
    data = bytes(50_000_000)
    body = raw_deflate(data) if coding == "raw" else CODINGS[coding](data)
    with pytest.raises(UnreadableError, match="record_too_long"):
        decode_body(body, [], ["deflate" if coding == "raw" else coding], 10_000)


def test_deflate_without_its_header_and_gzip_of_several_members():
    assert decode_body(raw_deflate(TEXT), [], ["deflate"], 10_000) == TEXT
    members = gzip.compress(TEXT) + gzip.compress(b"More.")
    assert decode_body(members, [], ["gzip"], 10_000) == TEXT + b"More."
    assert decode_body(gzip.compress(TEXT) + b"\0\0", [], ["gzip"], 10_000) == TEXT


def test_codings_are_undone_in_turn():
    body = brotli.compress(gzip.compress(TEXT))
    assert decode_body(body, [], ["gzip", "br"], 10_000) == TEXT


@pytest.mark.parametrize(
    "body",
    [
        chunked(TEXT),
        chunked(TEXT, extension=b";x=y"),
        chunked(TEXT, extension=b' ; name="value"'),
        chunked(TEXT, end=b"0\r\nX-Trailer: 1\r\n\r\n"),
        chunked(TEXT, end=b"000;last\r\n\r\n"),
        chunked(TEXT).replace(b"\r\n", b"\n"),
        chunked(TEXT).upper().replace(TEXT[:100].upper(), TEXT[:100]),
    ],
)
def test_chunks(body):
    found = decode_body(body, ["chunked"], [], 10_000)
    assert found.lower() == TEXT.lower()


@pytest.mark.parametrize("body", [chunked(TEXT)[:-5], chunked(TEXT)[:-60], b"5\r\nab\r\n0\r\n\r\n"])
def test_chunks_that_break_off(body):
    with pytest.raises(UnreadableError, match="broken_body"):
        decode_body(body, ["chunked"], [], 10_000)


def test_what_a_crawler_has_decoded_is_taken_as_it_is():
    page = b"\xef\xbb\xbf\n<!DOCTYPE html><p>Goats.</p>"
    assert decode_body(page, ["chunked"], ["br"], 1000) == page
    assert decode_body(b"", ["chunked"], ["gzip"], 1000) == b""
    assert decode_body(b"<p>Goats.</p>", ["chunked"], [], 1000) == b"<p>Goats.</p>"


@pytest.mark.parametrize(
    ("coding", "reason"),
    [
        ("compress", "encoded_by_compress"),
        ("x-compress", "encoded_by_x_compress"),
        ("dcz", "encoded_by_dcz"),
        ("\x1b[31m", "encoded_by_another_coding"),
    ],
)
def test_other_codings_are_counted_by_name(coding, reason):
    with pytest.raises(UnreadableError, match=f"^{reason}$"):
        decode_body(b"\x1f\x9d\x90", [], [coding], 1000)
