"""Common Crawl's extracted text (WET): the plain text of web pages."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from tfmling.corpora.documents import Document, Rejected
from tfmling.corpora.warc_record import WarcRecord
from tfmling.corpora.web_archive import WebArchive


class Wet(WebArchive):
    """WET files: each conversion record is a document, its lines paragraphs.

    Counted, not read: `not_a_conversion` (the file's own description), `no_text`, and records that
    are broken. Lines that are not UTF-8 cost themselves; their record is counted as `not_utf8`. A
    document's `lines` are the offset of its record.
    """

    needs: ClassVar = ("fastwarc",)
    kind: ClassVar = "conversion"

    format: Literal["wet"]

    def read(self, path: str) -> Iterator[Document | Rejected]:
        """Yields the texts of one file in order, and why each other record gives none."""
        for item in self.records(path):
            if isinstance(item, Rejected):
                yield item
            else:
                yield from self._document(path, *item)

    def _document(
        self, path: str, record: WarcRecord, language: str
    ) -> Iterator[Document | Rejected]:
        lines = [_decoded(line) for line in record.block.split(b"\n")]
        if None in lines:
            yield record.rejected(path, language, "not_utf8")
        paragraphs = [text for line in lines if line and (text := line.strip())]
        if paragraphs:
            yield self.document(path, language, paragraphs, record.offset, uri=record.uri)
        elif None not in lines:
            yield record.rejected(path, language, "no_text")


def _decoded(line: bytes) -> str | None:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return None
