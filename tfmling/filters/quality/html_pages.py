"""HTML pages as they are, from files; what cannot be read is a page with a problem."""

import dataclasses
from collections.abc import Iterator

from tfmling import extras
from tfmling.corpora.compressed import BrokenFileError, read_blocks

MAX_BYTES = 1 << 24  # a longer page is no page that people read


@dataclasses.dataclass(frozen=True)
class Page:
    """A page, or why there is none."""

    uri: str
    html: str = ""
    problem: str = ""


def read_pages(path: str) -> Iterator[Page]:
    """Yields the page of an HTML file, compressed or not."""
    data = bytearray()
    try:
        for block in read_blocks(path):
            data += block
            if len(data) > MAX_BYTES:
                break
    except BrokenFileError as error:
        yield Page(path, problem=error.reason)
        return
    yield decode_page(path, bytes(data))


def decode_page(uri: str, data: bytes) -> Page:
    """The page in the encoding that it says or seems to be in.

    Raises:
        ImportError: the extra `web` is not installed.
    """
    encoding = extras.load("resiliparse.parse.encoding", "web")
    if len(data) > MAX_BYTES:
        return Page(uri, problem="page_too_long")
    name = encoding.detect_encoding(data, from_html_meta=True) or "utf-8"
    return Page(uri, encoding.bytes_to_str(data, name))
