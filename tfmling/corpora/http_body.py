"""Decode the transfer and content codings of HTTP bodies (RFC 9112, RFC 9110), within a limit.

FastWARC decodes no raw deflate, no `x-gzip` and no chunk extensions.
"""

import io
import re
import zlib
from collections.abc import Callable, Sequence

from tfmling.core import extras
from tfmling.corpora.limits import UnreadableError

_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_CHUNK_END = re.compile(rb"\r?\n")
_HTML_BEGINNINGS = (b"<!doctype html", b"<html")
_GZIP = b"\x1f\x8b\x08"
_RAW_DEFLATE, _ZLIB, _GZIP_MEMBER = -15, 15, 31
# registered codings that are not supported
_UNDECODED = frozenset({
    "compress", "x-compress", "sdch", "dcb", "dcz", "exi", "pack200-gzip", "lzma", "xz", "bzip2",
})  # fmt: skip


def looks_like_html(body: bytes) -> bool:
    """Whether a body begins like an HTML page.

    Example:
        >>> looks_like_html(b"\\n<!DOCTYPE html><html>"), looks_like_html(b"%PDF-1.7")
        (True, False)
    """
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].lower().startswith(_HTML_BEGINNINGS)


def decode_body(
    body: bytes, transfer: Sequence[str], content: Sequence[str], max_bytes: int
) -> bytes:
    """Decode a body.

    A body that begins like an HTML page is not decoded, because some crawlers store decoded bodies
    with the original headers.

    Args:
        body: as it was sent.
        transfer: the codings of Transfer-Encoding, in the order in which they were applied.
        content: the codings of Content-Encoding, in the same order.
        max_bytes: the limit of the decoded body.

    Raises:
        UnreadableError: `broken_body`, `record_too_long`, or `encoded_by_<coding>` for an
            unsupported coding.

    Example:
        >>> import gzip
        >>> decode_body(gzip.compress(b"Habari"), transfer=[], content=["gzip"], max_bytes=1000)
        b'Habari'
    """
    for coding in reversed([*content, *transfer]):
        if looks_like_html(body) or not body:
            break
        body = _decode(body, coding, max_bytes)
        if len(body) > max_bytes:
            raise UnreadableError("record_too_long")
    return body


def _decode(body: bytes, coding: str, max_bytes: int) -> bytes:
    if coding in ("", "identity", "none", "utf-8", "binary"):
        return body
    decode = _DECODERS.get(coding)
    if decode is None:
        name = re.sub(r"\W", "_", coding) if coding in _UNDECODED else "another_coding"
        raise UnreadableError(f"encoded_by_{name}")
    return decode(body, max_bytes + 1)


def _decode_chunks(body: bytes, limit: int) -> bytes:
    """Join the chunks, without sizes, extensions and trailers; return other bodies unchanged."""
    if not _CHUNK_SIZE.match(body):
        return body
    parts: list[bytes] = []
    at = 0
    while found := _CHUNK_SIZE.match(body, at):
        size = int(found[1], 16)
        if not size:
            return b"".join(parts)
        at = found.end() + size
        parts.append(body[found.end() : at])
        end = _CHUNK_END.match(body, at)
        if at > len(body) or not end:
            break
        at = end.end()
    raise UnreadableError("broken_body")


def _gunzip(body: bytes, limit: int) -> bytes:
    content = b""
    while body.startswith(_GZIP) and len(content) < limit:
        member, body = _inflate(body, limit - len(content), _GZIP_MEMBER)
        content += member
    if not content and body:
        raise UnreadableError("broken_body")
    return content


def _inflate_any(body: bytes, limit: int) -> bytes:
    """Decode zlib's format, which `deflate` means, or the raw stream, which many servers send."""
    try:
        return _inflate(body, limit, _ZLIB)[0]
    except UnreadableError:
        return _inflate(body, limit, _RAW_DEFLATE)[0]


def _inflate(body: bytes, limit: int, window: int) -> tuple[bytes, bytes]:
    """Return the content, and the data after its end."""
    decompressor = zlib.decompressobj(window)
    try:
        content = decompressor.decompress(body, limit)
    except zlib.error:
        raise UnreadableError("broken_body") from None
    if len(content) < limit and not decompressor.eof:
        raise UnreadableError("broken_body")
    return content, decompressor.unused_data


def _decode_brotli(body: bytes, limit: int) -> bytes:
    brotli = extras.load("brotli", "web")
    decompressor = brotli.Decompressor()
    content = b""
    try:
        while len(content) < limit and not decompressor.is_finished():
            part = decompressor.process(body, output_buffer_limit=limit - len(content))
            if not part and not body:
                raise UnreadableError("broken_body")
            content, body = content + part, b""
    except brotli.error:
        raise UnreadableError("broken_body") from None
    return content


def _decode_zstd(body: bytes, limit: int) -> bytes:
    zstandard = extras.load("zstandard", "web")
    reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(body), read_across_frames=True)
    try:
        content = reader.read(limit)
    except zstandard.ZstdError:
        raise UnreadableError("broken_body") from None
    # the reader does not report truncated frames, but most frames state their length
    if not content or len(content) < min(limit, zstandard.frame_content_size(body)):
        raise UnreadableError("broken_body")
    return content


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "chunked": _decode_chunks,
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate_any,
    "x-deflate": _inflate_any,
    "br": _decode_brotli,
    "zstd": _decode_zstd,
}
