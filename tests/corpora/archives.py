"""Web archives as tests write them."""

import base64
import gzip
import hashlib

PAGE = (
    "<html><body><main><h1>Title {0}</h1><p>Sentence number {0} of a page.</p></main></body></html>"
)


def digest(block: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(block).digest()).decode()


def record(block, kind="response", uri="http://a.org/1", **headers):
    """A record; a header that is None is left out."""
    block = block if isinstance(block, bytes) else block.encode()
    values = {
        "WARC-Type": kind,
        "WARC-Target-URI": uri,
        "Content-Type": "application/http; msgtype=response"
        if kind == "response"
        else "text/plain",
        "WARC-Block-Digest": digest(block),
        "Content-Length": str(len(block)),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}\r\n" for name, value in values.items() if value is not None]
    return b"WARC/1.0\r\n" + "".join(lines).encode() + b"\r\n" + block + b"\r\n\r\n"


def response(body, status="200 OK", content_type="text/html; charset=utf-8", **headers):
    """The block of a response."""
    body = body if isinstance(body, bytes) else body.encode()
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()]
    if content_type:
        lines.append(f"Content-Type: {content_type}\r\n")
    return f"HTTP/1.1 {status}\r\n{''.join(lines)}\r\n".encode() + body


def pages(count, start=0):
    """Records of pages that are all different."""
    return [
        record(response(PAGE.format(n)), uri=f"http://a.org/{n}")
        for n in range(start, start + count)
    ]


def texts(count, start=0):
    """Records of extracted text that are all different."""
    return [
        record(f"Title {n}\nSentence number {n} of a page.\n", "conversion", f"http://a.org/{n}")
        for n in range(start, start + count)
    ]


def members(records):
    """An archive as they are stored: each record a member of gzip."""
    return b"".join(gzip.compress(each, mtime=0) for each in records)
