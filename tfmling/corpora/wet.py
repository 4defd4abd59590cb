"""Common Crawl's extracted text (WET): the plain text of web pages."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import pydantic

from tfmling.corpora.corpus import UNKNOWN_LANGUAGE, MaxLineBytes, MonolingualCorpus
from tfmling.corpora.document import Document
from tfmling.corpora.rejected import Rejected
from tfmling.corpora.warc_record import UNREADABLE, WarcRecord
from tfmling.corpora.warc_records import read_records
from tfmling.languages import Language, normalise_language


class Wet(MonolingualCorpus):
    """WET files, compressed or not: each conversion record is a document, its lines paragraphs.

    Counted, not read: `not_a_conversion` (the file's own description), `not_utf8`, `no_text`, and
    records that are broken. A document's `lines` are the offset of its record.

    Attributes:
        language: of all pages; null for what Common Crawl identified, where that is one language,
            otherwise `und`.
        max_line_bytes: a longer record is counted and skipped.
    """

    needs: ClassVar = ("fastwarc",)

    format: Literal["wet"]
    language: Language | None = None
    max_line_bytes: MaxLineBytes = pydantic.Field(1 << 24)

    def read(self, path: str) -> Iterator[Document | Rejected]:
        """Yields the texts of one file in order, and why each other record gives none."""
        for record in read_records(path, self.max_line_bytes):
            language = self.language or identified_language(record)
            if record.problem in UNREADABLE:
                yield record.rejected(path, language)
            elif record.kind != "conversion":
                yield record.rejected(path, language, "not_a_conversion")
            elif record.problem:
                yield record.rejected(path, language)
            else:
                yield self._document(path, record, language)

    def _document(self, path: str, record: WarcRecord, language: str) -> Document | Rejected:
        try:
            lines = record.block.decode().split("\n")
        except UnicodeDecodeError:
            return record.rejected(path, language, "not_utf8")
        paragraphs = tuple(text for line in lines if (text := line.strip()))
        if not paragraphs:
            return record.rejected(path, language, "no_text")
        return Document(
            path,
            language,
            paragraphs,
            (record.offset,) * len(paragraphs),
            self.split_sentences,
            record.uri,
            self.licence,
        )


def identified_language(record: WarcRecord) -> str:
    """What Common Crawl identified, where that is one language; otherwise `und`."""
    code = record.headers.get("warc-identified-content-language", "").strip()
    try:
        return normalise_language(code) if code and "," not in code else UNKNOWN_LANGUAGE
    except ValueError:
        return UNKNOWN_LANGUAGE
