"""Read HTML pages from files and web archives."""

import dataclasses
import re
from collections.abc import Iterator

from tfmling.corpora.compressed import read_blocks
from tfmling.corpora.documents import Rejected
from tfmling.corpora.limits import UnreadableError, is_nested_too_deeply
from tfmling.corpora.warc import Warc
from tfmling.corpora.web_page import decode

MAX_BYTES = 1 << 24  # longer files are not pages for readers
_ARCHIVE = re.compile(r"\.warc(\.\w+)?$")


@dataclasses.dataclass(frozen=True)
class HtmlPage:
    """A page, or the problem that prevented reading it.

    Example:
        >>> HtmlPage("https://a.org", problem="page_too_long").html
        ''
    """

    uri: str
    html: str = ""
    problem: str = ""


def read_pages(path: str) -> Iterator[HtmlPage]:
    """Yield the page of an HTML file, or the pages of a WARC file, compressed or not.

    Raises:
        MissingPackageError: the extra `web` is not installed.

    Example:
        >>> _ = open("a.html", "w").write("<p>Habari ya leo.</p>")
        >>> list(read_pages("a.html"))
        [HtmlPage(uri='a.html', html='<p>Habari ya leo.</p>', problem='')]
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
    except UnreadableError as error:
        yield HtmlPage(path, problem=error.reason)
        return
    yield _decoded(path, bytes(data))


def _archived(path: str) -> Iterator[HtmlPage]:
    archive = Warc.model_construct(
        format="warc", path=path, language="und", max_line_bytes=MAX_BYTES
    )
    for item in archive.read_html(path):
        if isinstance(item, Rejected):
            yield HtmlPage(item.location, problem=item.reason)
        else:
            yield HtmlPage(item.record.uri or f"{path}:{item.record.number}", item.html)


def _decoded(path: str, data: bytes) -> HtmlPage:
    if len(data) > MAX_BYTES:
        return HtmlPage(path, problem="page_too_long")
    html = decode(data, None)
    if html is None:
        return HtmlPage(path, problem="unknown_encoding")
    if is_nested_too_deeply(html):
        return HtmlPage(path, problem="nested_too_deeply")
    return HtmlPage(path, html)
