"""Web archives: the main content of HTML pages (WARC), and Common Crawl's extracted text (WET)."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import pydantic

from tfmling.core import extras
from tfmling.core.languages import Language
from tfmling.corpora.corpus import UNKNOWN_LANGUAGE, MonolingualCorpus, known_language
from tfmling.corpora.documents import Document, Rejected
from tfmling.corpora.http_body import decode_body, looks_like_html
from tfmling.corpora.limits import (
    HEADER_BYTES,
    MaxLineBytes,
    UnreadableError,
    is_nested_too_deeply,
    kind_of_container,
)
from tfmling.corpora.warc_records import UNREADABLE, WarcRecord, read_records
from tfmling.corpora.web_page import WebPage, decode

_HTML_TYPES = ("text/html", "application/xhtml+xml")


class WebArchive(MonolingualCorpus):
    """Web archives, compressed or not, in which records of one kind contain text.

    Records of other kinds are counted as `not_a_<kind>`.
    """

    kind: ClassVar[str]
    """The WARC-Type of the records that are read."""

    language: Language | None = None
    """Language of all pages; null: the one that the archive identified, else `und`."""
    max_line_bytes: MaxLineBytes = pydantic.Field(1 << 24)
    """A longer record is counted and skipped."""

    @property
    def first_line(self) -> None:
        """None, as records are running text."""

    def records(self, path: str) -> Iterator[tuple[WarcRecord, str] | Rejected]:
        """Yield each record of the kind with its language, and why each other one is rejected."""
        for record in read_records(path, self.max_line_bytes):
            language = self.language or _identified_language(record)
            if record.problem in UNREADABLE:
                yield record.rejected(path, language)
            elif record.kind != self.kind:
                yield record.rejected(path, language, f"not_a_{self.kind}")
            elif record.problem:
                yield record.rejected(path, language)
            else:
                yield record, language


def _identified_language(record: WarcRecord) -> str:
    """Return the language that Common Crawl identified, `und` for none or several."""
    code = record.headers.get("warc-identified-content-language", "").strip()
    return UNKNOWN_LANGUAGE if "," in code else known_language(code)


class Wet(WebArchive):
    """WET files: each conversion record is a document, its lines are paragraphs.

    Counted, not read: `not_a_conversion` (the file's description), `no_text` and broken records.
    Lines that are not UTF-8 are skipped and their record is counted as `not_utf8`. A document's
    `lines` are the offset of its record.

    Example:
        >>> head = b"WARC/1.0\\r\\nWARC-Type: conversion\\r\\nContent-Length: 13\\r\\n\\r\\n"
        >>> _ = open("a.wet", "wb").write(head + b"Habari\\nNzuri.\\r\\n\\r\\n")
        >>> corpus = Wet(format="wet", path="a.wet", language="sw")
        >>> [document.paragraphs for document in corpus.read("a.wet")]
        [('Habari', 'Nzuri.')]
    """

    needs: ClassVar = ("fastwarc",)
    kind: ClassVar = "conversion"

    format: Literal["wet"]

    def read(self, path: str) -> Iterator[Document | Rejected]:
        """Yield the texts of one file in order, and why other records have none."""
        for item in self.records(path):
            if isinstance(item, Rejected):
                yield item
            else:
                yield from self._document(path, *item)

    def _document(
        self, path: str, record: WarcRecord, language: str
    ) -> Iterator[Document | Rejected]:
        lines = [_decode_line(line) for line in record.block.split(b"\n")]
        if None in lines:
            yield record.rejected(path, language, "not_utf8")
        paragraphs = [text for line in lines if line and (text := line.strip())]
        if paragraphs:
            yield self.document(path, language, paragraphs, record.number, uri=record.uri)
        elif None not in lines:
            yield record.rejected(path, language, "no_text")


def _decode_line(line: bytes) -> str | None:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return None


@dataclasses.dataclass(frozen=True, slots=True)
class HtmlPage:
    """An HTML page of an archive.

    Attributes:
        record: the response.
        language: BCP-47 code, `und` if unknown.
        html: the page.

    Example:
        >>> record = WarcRecord(0, kind="response", uri="https://example.org/")
        >>> HtmlPage(record, "sw", "<p>Habari</p>").record.uri
        'https://example.org/'
    """

    record: WarcRecord
    language: str
    html: str


class Warc(WebArchive):
    """WARC files: each HTML response is a document.

    Counted, not read: `not_a_response` (requests, metadata, ...), `not_html`, `redirect`,
    `http_error`, `no_text`, `encoded_by_<coding>` for unsupported codings, broken pages and
    records. A page's license is that of its links with rel=license, otherwise `license`. Its
    `lines` are the offset of its record.

    Example:
        >>> page = b"HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\n\\r\\n<p>Habari ya leo?</p>"
        >>> head = f"WARC/1.0\\r\\nWARC-Type: response\\r\\nContent-Length: {len(page)}\\r\\n\\r\\n"
        >>> _ = open("a.warc", "wb").write(head.encode() + page + b"\\r\\n\\r\\n")
        >>> [page.html for page in Warc(format="warc", path="a.warc").read_html("a.warc")]
        ['<p>Habari ya leo?</p>']
    """

    needs: ClassVar = ("fastwarc", "resiliparse")
    kind: ClassVar = "response"

    format: Literal["warc"]

    def read(self, path: str) -> Iterator[Document | Rejected]:
        """Yield the pages of one archive in order, and why other records are no pages."""
        for item in self.read_html(path):
            yield item if isinstance(item, Rejected) else self._document(path, item)

    def read_html(self, path: str) -> Iterator[HtmlPage | Rejected]:
        """Yield the complete pages, not only their main content."""
        for item in self.records(path):
            yield item if isinstance(item, Rejected) else self._page(path, *item)

    def _page(self, path: str, record: WarcRecord, language: str) -> HtmlPage | Rejected:
        try:
            return HtmlPage(record, language, self._html(record))
        except UnreadableError as error:
            return record.rejected(path, language, error.reason)
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
            record.number,
            uri=record.uri,
            license=page.license(),
        )

    def _html(self, record: WarcRecord) -> str:
        """Return the HTML of a response; raises UnreadableError if it has none."""
        http = _parse_http(record.block)
        status = http.http_headers.status_code
        if status is None:
            raise UnreadableError("broken_http")
        if not 200 <= status < 300:
            raise UnreadableError("redirect" if 300 <= status < 400 else "http_error")
        body = self._body(http)
        if not _is_html(http.http_content_type, record, body):
            raise UnreadableError("not_html")
        html = decode(body, http.http_charset)
        if html is None:
            raise UnreadableError("unknown_encoding")
        if is_nested_too_deeply(html):
            raise UnreadableError("nested_too_deeply")
        return html

    def _body(self, http: Any) -> bytes:
        """Return the decoded body."""
        headers = [(name.lower(), value.lower()) for name, value in http.http_headers.items()]
        transfer, content = (
            [coding.strip() for key, value in headers if key == name for coding in value.split(",")]
            for name in ("transfer-encoding", "content-encoding")
        )
        body = decode_body(http.reader.read(), transfer, content, self.max_line_bytes)
        if len(body) > self.max_line_bytes:
            raise UnreadableError("record_too_long")
        if kind_of_container(body[:HEADER_BYTES], compressed=True):
            raise UnreadableError("not_html")
        return body


def _parse_http(block: bytes) -> Any:
    record = extras.load("fastwarc.warc", "web").WarcRecord()
    record.is_http = True
    record.set_bytes_content(block)
    lenient = b"\r\n" not in block.partition(b"\n\n")[0]
    record.parse_http(auto_decode="none", quirks_mode=lenient)
    return record


def _is_html(content_type: str | None, record: WarcRecord, body: bytes) -> bool:
    """Decide by the HTTP header, else by the crawler's identification, else by the body."""
    named = content_type or record.headers.get("warc-identified-payload-type")
    if named:
        # a repeated header is joined by a comma
        return re.split("[;,]", named, maxsplit=1)[0].strip().lower() in _HTML_TYPES
    return looks_like_html(body)
