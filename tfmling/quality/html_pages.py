"""HTML pages as they are, from files and web archives; what cannot be read has a problem."""

import dataclasses
import re
from collections.abc import Iterator

from tfmling.corpora.compressed import BrokenFileError, read_blocks
from tfmling.corpora.documents import Rejected
from tfmling.corpora.warc import Warc
from tfmling.corpora.web_page import decode, is_nested_too_deeply

MAX_BYTES = 1 << 24  # a longer page is no page that people read
_ARCHIVE = re.compile(r"\.warc(\.\w+)?$")


@dataclasses.dataclass(frozen=True)
class Page:
    """A page, or why there is none."""

    uri: str
    html: str = ""
    problem: str = ""


def read_pages(path: str) -> Iterator[Page]:
    """Yields the page of an HTML file, or the pages of a WARC file; compressed or not.

    Raises:
        MissingPackageError: the extra `web` is not installed.
    """
    if _ARCHIVE.search(path):
        yield from _archived(path)
        return
    data = bytearray()
    try:
        for block in read_blocks(path):
            data += block
            if len(data) > MAX_BYTES:
                break
    except BrokenFileError as error:
        yield Page(path, problem=error.reason)
        return
    yield _decoded(path, bytes(data))


def _archived(path: str) -> Iterator[Page]:
    archive = Warc.model_construct(
        format="warc", path=path, language="und", max_line_bytes=MAX_BYTES
    )
    for item in archive.read_html(path):
        if isinstance(item, Rejected):
            yield Page(item.location, problem=item.reason)
        else:
            yield Page(item.record.uri or f"{path}:{item.record.offset}", item.html)


def _decoded(path: str, data: bytes) -> Page:
    if len(data) > MAX_BYTES:
        return Page(path, problem="page_too_long")
    html = decode(data, None)
    if html is None:
        return Page(path, problem="unknown_encoding")
    if is_nested_too_deeply(html):
        return Page(path, problem="nested_too_deeply")
    return Page(path, html)
