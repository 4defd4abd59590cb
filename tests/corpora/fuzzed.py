"""Valid files of every format, and what a mutation does to one record of them."""

import bz2
import functools
import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow
import pyarrow.parquet

from tests.corpora.archives import members, pages, texts

COUNT = 6
_BITEXT = {"source_language": "en", "target_language": "sw"}


def text(number: int) -> str:
    """A sentence that names its record."""
    return f"Sentensi ya {number} ndiyo hii hapa."


@dataclass(frozen=True)
class Format:
    """A format, how it is written, and where in the file its records are.

    Attributes:
        name: `format` in YAML.
        records: the bytes of each record.
        settings: other keys.
        head: before the records.
        tail: behind them.
        pack: what makes the file of all that.
        isolated: whether a record that is broken in whatever way leaves the others as they are.
    """

    name: str
    records: list[bytes]
    settings: dict = field(default_factory=dict)
    head: bytes = b""
    tail: bytes = b""
    pack: Callable[[bytes], bytes] = bytes
    isolated: bool = True

    def file(self, records: list[bytes] | None = None) -> bytes:
        """The file with these records in place of its own."""
        return self.pack(self.head + b"".join(records or self.records) + self.tail)

    @property
    def bitext(self) -> bool:
        """Whether it gives pairs."""
        return "source_language" in self.settings


def _wiki(number: int) -> bytes:
    return (
        f"<page><title>T{number}</title><ns>0</ns><revision><text>'''{text(number)}''' {{{{x}}}} "
        "[[a|b]]</text></revision></page>\n"
    ).encode()


def _unit(number: int) -> bytes:
    segments = "".join(
        f'<tuv xml:lang="{language}"><seg>{text(number)}</seg></tuv>' for language in ("en", "sw")
    )
    return f"<tu>{segments}</tu>\n".encode()


def _message(number: int) -> bytes:
    return f'msgid "{text(number)}"\nmsgstr "{text(number)}"\n\n'.encode()


def _each(write: Callable[[int], bytes]) -> list[bytes]:
    return [write(number) for number in range(COUNT)]


def _parquet() -> bytes:
    file = io.BytesIO()
    table = pyarrow.table({"text": [text(number) for number in range(COUNT)]})
    pyarrow.parquet.write_table(table, file, row_group_size=2, write_page_checksum=True)
    return file.getvalue()


_lines = functools.partial(_each, lambda number: f"{text(number)}\n".encode())
_WIKI_HEAD = b'<mediawiki xml:lang="sw"><siteinfo></siteinfo>\n'
_PO_HEAD = b'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'

FORMATS = {
    "plain_text": Format("plain_text", _lines(), {"language": "sw", "document_break": "line"}),
    "tsv": Format("tsv", _lines(), {"language": "sw", "column": 0}),
    "jsonl": Format(
        "jsonl",
        _each(lambda number: json.dumps({"text": text(number)}).encode() + b"\n"),
        {"language": "sw"},
    ),
    "warc": Format("warc", pages(COUNT)),
    "warc.gz": Format("warc", [members([page]) for page in pages(COUNT)]),
    "wet": Format("wet", texts(COUNT)),
    "wet.gz": Format("wet", [members([page]) for page in texts(COUNT)]),
    "wikipedia": Format("wikipedia", _each(_wiki), {}, _WIKI_HEAD, b"</mediawiki>\n"),
    "wikipedia.bz2": Format(
        "wikipedia", _each(_wiki), {}, _WIKI_HEAD, b"</mediawiki>\n", bz2.compress, isolated=False
    ),
    "parquet": Format("parquet", [_parquet()], {"language": "sw"}, isolated=False),
    "tsv_pairs": Format(
        "tsv_pairs", _each(lambda n: f"{text(n)}\t{text(n)}\n".encode()), dict(_BITEXT)
    ),
    "tsv_pairs.gz": Format(
        "tsv_pairs", _each(lambda n: f"{text(n)}\t{text(n)}\n".encode()), dict(_BITEXT),
        pack=gzip.compress, isolated=False,
    ),
    "tmx": Format("tmx", _each(_unit), dict(_BITEXT), b"<tmx><body>\n", b"</body></tmx>\n"),
    "po": Format("po", _each(_message), dict(_BITEXT), _PO_HEAD),
    "parquet_pairs": Format(
        "parquet_pairs", [_parquet()],
        _BITEXT | {"source_column": "text", "target_column": "text"}, isolated=False,
    ),
}  # fmt: skip
