"""What WARC and WET share: records of one kind, and a language for each."""

from collections.abc import Iterator
from typing import ClassVar

import pydantic

from tfmling.core.languages import Language, normalize_language
from tfmling.corpora.corpus import UNKNOWN_LANGUAGE, MaxLineBytes, MonolingualCorpus
from tfmling.corpora.documents import Rejected
from tfmling.corpora.warc_record import UNREADABLE, WarcRecord
from tfmling.corpora.warc_records import read_records


class WebArchive(MonolingualCorpus):
    """Archives, compressed or not, of whose records one kind holds text.

    Attributes:
        kind: of the records that are read (their WARC-Type).
        language: of all pages; null for what the archive identified, where that is one language,
            otherwise `und`.
        max_line_bytes: a longer record is counted and skipped.
    """

    kind: ClassVar[str]

    language: Language | None = None
    max_line_bytes: MaxLineBytes = pydantic.Field(1 << 24)

    @property
    def first_line(self) -> None:
        """Records hold running text."""

    def records(self, path: str) -> Iterator[tuple[WarcRecord, str] | Rejected]:
        """Yields each record of the kind with its language, and why each other one is not read.

        One of another kind is counted as `not_a_<kind>`.
        """
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
    """What Common Crawl identified, where that is one language; otherwise `und`."""
    code = record.headers.get("warc-identified-content-language", "").strip()
    try:
        return normalize_language(code) if code and "," not in code else UNKNOWN_LANGUAGE
    except ValueError:
        return UNKNOWN_LANGUAGE
