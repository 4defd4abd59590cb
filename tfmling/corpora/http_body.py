"""Bodies of HTTP responses without their transfer and content codings (RFC 9112, RFC 9110).

They are decoded here and not by FastWARC, which takes no raw deflate, no `x-gzip` and no extensions
of chunks. What is decoded is bounded.
"""

import io
import re
import zlib
from collections.abc import Callable, Sequence

from tfmling.core import extras

_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_CHUNK_END = re.compile(rb"\r?\n")
_HTML_BEGINNINGS = (b"<!doctype html", b"<html")
_GZIP = b"\x1f\x8b\x08"
_RAW_DEFLATE, _ZLIB, _GZIP_MEMBER = -15, 15, 31
# registered codings that nothing here decodes
_UNDECODED = frozenset({
    "compress", "x-compress", "sdch", "dcb", "dcz", "exi", "pack200-gzip", "lzma", "xz", "bzip2",
})  # fmt: skip


class BodyError(ValueError):
    """A body that cannot be decoded; its message is the reason under which it is counted."""


def looks_like_html(body: bytes) -> bool:
    """Whether it begins as a page does."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].lower().startswith(_HTML_BEGINNINGS)


def decode_body(
    body: bytes, transfer: Sequence[str], content: Sequence[str], max_bytes: int
) -> bytes:
    """Undoes the codings of a body.

    Some crawlers store bodies decoded and keep the headers that say otherwise: what begins as a
    page is taken for one.

    Args:
        body: as it was sent.
        transfer: the codings of Transfer-Encoding in the order in which they were applied.
        content: those of Content-Encoding.
        max_bytes: that a decoded body may have.

    Raises:
        BodyError: `broken_body`; `record_too_long`; `encoded_by_<coding>` for one that is not
            decoded here.
    """
    for coding in reversed([*content, *transfer]):
        if looks_like_html(body) or not body:
            break
        body = _undone(body, coding, max_bytes)
        if len(body) > max_bytes:
            raise BodyError("record_too_long")
    return body


def _undone(body: bytes, coding: str, max_bytes: int) -> bytes:
    if coding in ("", "identity", "none", "utf-8", "binary"):
        return body
    decode = _DECODERS.get(coding)
    if decode is None:
        name = re.sub(r"\W", "_", coding) if coding in _UNDECODED else "another_coding"
        raise BodyError(f"encoded_by_{name}")
    return decode(body, max_bytes + 1)


def _chunked(body: bytes, limit: int) -> bytes:
    """The chunks without their sizes, extensions and trailers; a body without chunks as it is."""
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
    raise BodyError("broken_body")


def _gunzipped(body: bytes, limit: int) -> bytes:
    content = b""
    while body.startswith(_GZIP) and len(content) < limit:
        member, body = _inflated(body, limit - len(content), _GZIP_MEMBER)
        content += member
    if not content and body:
        raise BodyError("broken_body")
    return content


def _undeflated(body: bytes, limit: int) -> bytes:
    """`deflate` means the zlib format; many servers have sent the bare stream."""
    try:
        return _inflated(body, limit, _ZLIB)[0]
    except BodyError:
        return _inflated(body, limit, _RAW_DEFLATE)[0]


def _inflated(body: bytes, limit: int, window: int) -> tuple[bytes, bytes]:
    """The content, and what comes behind its end."""
    decompressor = zlib.decompressobj(window)
    try:
        content = decompressor.decompress(body, limit)
    except zlib.error:
        raise BodyError("broken_body") from None
    if len(content) < limit and not decompressor.eof:
        raise BodyError("broken_body")
    return content, decompressor.unused_data


def _unbrotlied(body: bytes, limit: int) -> bytes:
    brotli = extras.load("brotli", "web")
    decompressor = brotli.Decompressor()
    content = b""
    try:
        while len(content) < limit and not decompressor.is_finished():
            part = decompressor.process(body, output_buffer_limit=limit - len(content))
            if not part and not body:
                raise BodyError("broken_body")
            content, body = content + part, b""
    except brotli.error:
        raise BodyError("broken_body") from None
    return content


def _unzstd(body: bytes, limit: int) -> bytes:
    zstandard = extras.load("zstandard", "web")
    reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(body), read_across_frames=True)
    try:
        content = reader.read(limit)
    except zstandard.ZstdError:
        raise BodyError("broken_body") from None
    # a reader does not say that a frame breaks off; most frames say how long they are
    if not content or len(content) < min(limit, zstandard.frame_content_size(body)):
        raise BodyError("broken_body")
    return content


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "chunked": _chunked,
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _undeflated,
    "x-deflate": _undeflated,
    "br": _unbrotlied,
    "zstd": _unzstd,
}
