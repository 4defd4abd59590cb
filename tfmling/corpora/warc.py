"""Web archives (WARC): the main content of their HTML pages."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from tfmling.core import extras
from tfmling.corpora.containers import BEGINNING_BYTES, kind_of_container
from tfmling.corpora.documents import Document, Rejected
from tfmling.corpora.http_body import BodyError, decode_body, looks_like_html
from tfmling.corpora.warc_record import WarcRecord
from tfmling.corpora.web_archive import WebArchive
from tfmling.corpora.web_page import WebPage, decode, is_nested_too_deeply

_HTML_TYPES = ("text/html", "application/xhtml+xml")


class _NoPageError(Exception):
    """A response that is no page with text; its message is the reason under which it is counted."""


@dataclasses.dataclass(frozen=True, slots=True)
class HtmlPage:
    """A page of an archive with all that is on it.

    Attributes:
        record: the response.
        language: BCP-47 code, `und` where it is not known.
        html: the page.
    """

    record: WarcRecord
    language: str
    html: str


class Warc(WebArchive):
    """WARC files, of which the HTML responses are read, each page a document.

    Counted, not read: `not_a_response` (requests, metadata ...), `not_html`, `redirect`,
    `http_error`, `no_text`, `encoded_by_<coding>` for what is not decoded, pages and records that
    are broken. A page's license is the one that its links with rel=license name, otherwise
    `license`. Its `lines` are the offset of its record.
    """

    needs: ClassVar = ("fastwarc", "resiliparse")
    kind: ClassVar = "response"

    format: Literal["warc"]

    def read(self, path: str) -> Iterator[Document | Rejected]:
        """Yields the pages of one archive in order, and why each other record gives none."""
        for item in self.read_html(path):
            yield item if isinstance(item, Rejected) else self._document(path, item)

    def read_html(self, path: str) -> Iterator[HtmlPage | Rejected]:
        """Yields the pages as they are, with what is not main content."""
        for item in self.records(path):
            yield item if isinstance(item, Rejected) else self._page(path, *item)

    def _page(self, path: str, record: WarcRecord, language: str) -> HtmlPage | Rejected:
        try:
            return HtmlPage(record, language, self._html(record))
        except _NoPageError as reason:
            return record.rejected(path, language, str(reason))
        except OSError:
            return record.rejected(path, language, "broken_http")

    def _document(self, path: str, found: HtmlPage) -> Document | Rejected:
        record, page = found.record, WebPage(found.html)
        paragraphs = list(page.main_content())
        if not paragraphs:
            return record.rejected(path, found.language, "no_text")
        return self.document(
            path,
            found.language,
            paragraphs,
            record.offset,
            uri=record.uri,
            license=page.license(),
        )

    def _html(self, record: WarcRecord) -> str:
        http = _parse_http(record.block)
        status = http.http_headers.status_code
        if status is None:
            raise _NoPageError("broken_http")
        if not 200 <= status < 300:
            raise _NoPageError("redirect" if 300 <= status < 400 else "http_error")
        body = self._body(http)
        if not _is_html(http.http_content_type, record, body):
            raise _NoPageError("not_html")
        html = decode(body, http.http_charset)
        if html is None:
            raise _NoPageError("unknown_encoding")
        if is_nested_too_deeply(html):
            raise _NoPageError("nested_too_deeply")
        return html

    def _body(self, http: Any) -> bytes:
        """The body without its codings; one that is another kind of file is no page."""
        headers = [(name.lower(), value.lower()) for name, value in http.http_headers.items()]
        transfer, content = (
            [coding.strip() for key, value in headers if key == name for coding in value.split(",")]
            for name in ("transfer-encoding", "content-encoding")
        )
        try:
            body = decode_body(http.reader.read(), transfer, content, self.max_line_bytes)
        except BodyError as error:
            raise _NoPageError(f"{error}") from None
        if len(body) > self.max_line_bytes:
            raise _NoPageError("record_too_long")
        if kind_of_container(body[:BEGINNING_BYTES], compressed=True):
            raise _NoPageError("not_html")
        return body


def _parse_http(block: bytes) -> Any:
    record = extras.load("fastwarc.warc", "web").WarcRecord()
    record.is_http = True
    record.set_bytes_content(block)
    lenient = b"\r\n" not in block.partition(b"\n\n")[0]
    record.parse_http(auto_decode="none", quirks_mode=lenient)
    return record


def _is_html(content_type: str | None, record: WarcRecord, body: bytes) -> bool:
    """By the HTTP header, by what the crawler identified, or where both are silent by the body."""
    named = content_type or record.headers.get("warc-identified-payload-type")
    if named:
        # a header that is there twice is joined by a comma
        return re.split("[;,]", named, maxsplit=1)[0].strip().lower() in _HTML_TYPES
    return looks_like_html(body)
