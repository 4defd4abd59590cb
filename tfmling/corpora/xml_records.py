"""Read the records of a large XML file: pages of a dump, units of a translation memory.

Each record is parsed alone and its size is limited. So memory is independent of the file, a broken
record costs only itself, and document types with their entities never reach the parser. Records in
comments are skipped; a comment that does not end within 16 MiB is broken, and the records after its
start are read.
"""

import codecs
import dataclasses
import itertools
import re
from collections.abc import Iterator

from tfmling.core.text_encoding import marked_encoding
from tfmling.corpora.compressed import read_blocks
from tfmling.corpora.documents import Unit, excerpt
from tfmling.corpora.limits import UnreadableError
from tfmling.corpora.lines import in_utf8
from tfmling.corpora.web_encodings import MARKED, codec_of

_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([\w.-]+)["']""")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_END_TAGS = re.compile(rb"\s*(?:</[\w:.-]+\s*>\s*)*")
_LONGEST_TAG = 64  # bytes at the end of a block that may be the start of a tag
_MAX_HEAD_BYTES = 1 << 16
_MAX_COMMENT_BYTES = 1 << 24


@dataclasses.dataclass(frozen=True, slots=True)
class XmlRecord(Unit):
    """The bytes of a record in UTF-8; if it has a `problem`, only their beginning.

    Attributes:
        number: counted from 1 over the file, including broken records.
        xml: from its start tag to its end tag.
        problem: `broken_xml`, `record_too_long`, `truncated_xml`, or how the compressed file is
            broken.

    Example:
        >>> XmlRecord(1, b"<tu>Habari", "truncated_xml").rejected("a.tmx", "en-sw").reason
        'truncated_xml'
    """

    number: int
    xml: bytes
    problem: str | None = None

    @property
    def shown(self) -> str:
        """The beginning of the record."""
        return excerpt(self.xml[:1000].decode(errors="backslashreplace").strip())


class XmlRecords:
    """Iterates over the records of one file.

    Example:
        >>> _ = open("a.tmx", "w").write("<tmx><tu>1</tu><tu>2</tu></tmx>")
        >>> records = XmlRecords("a.tmx", root="tmx", record="tu", part="tuv", max_bytes=1000)
        >>> [record.xml for record in records]
        [b'<tu>1</tu>', b'<tu>2</tu>']

    Attributes:
        head: the content before the first record; empty until that is yielded.
    """

    def __init__(self, path: str, *, root: str, record: str, part: str, max_bytes: int):
        """Open nothing yet.

        Args:
            path: an XML file, may be compressed.
            root: the name of the root element.
            record: the name of the elements of records.
            part: the name of an element that every record contains.
            max_bytes: the limit of a record.
        """
        self.head = b""
        self._path = path
        self._root_end = f"</{root}>".encode()
        self._tag = re.compile(rf"<{record}(?=[\s>])|</{record}\s*>".encode())
        # signs of a record with a damaged start tag, before the first record
        self._remains = re.compile(rf"</?{part}\b|</{record}\s*>".encode())
        self._max_bytes = max_bytes
        self._number = 0
        self._between = bytearray()
        self._inside: bytearray | None = None  # the current record
        self._commented: bytearray | None = None  # from the first tag after `<!--` on

    def __iter__(self) -> Iterator[XmlRecord]:
        """Yield records and problems in order."""
        try:
            yield from self._records()
        except UnreadableError as error:
            yield self._record(str(error).encode(), error.reason)

    def _records(self) -> Iterator[XmlRecord]:
        for text, tag in split_at(utf8_blocks(self._path), self._tag):
            if self._commented is None:
                yield from self._take(text, tag)
            else:
                yield from self._take_commented(text, tag)
        yield from self._uncomment()
        yield from self._end_of_file()

    def _take(self, text: bytes, tag: bytes, may_be_commented: bool = True) -> Iterator[XmlRecord]:
        yield from self._add(text)
        if tag.startswith(b"</"):
            yield from self._end(tag)
        elif tag and may_be_commented and self._is_commented():
            self._commented = bytearray(tag)
        elif tag:
            yield from self._begin(tag)

    def _is_commented(self) -> bool:
        return self._inside is None and self._between.rfind(b"<!--") > self._between.rfind(b"-->")

    def _take_commented(self, text: bytes, tag: bytes) -> Iterator[XmlRecord]:
        assert self._commented is not None
        last = bytes(self._commented[-2:])  # text is cut anywhere, also in `-->`
        if b"-->" in last + text:
            self._commented = None
            yield from self._take(last + text, tag)
            return
        self._commented += text
        if len(self._commented) > _MAX_COMMENT_BYTES:
            yield from self._uncomment()
            yield from self._take(b"", tag, may_be_commented=False)
        else:
            self._commented += tag

    def _uncomment(self) -> Iterator[XmlRecord]:
        """Read what follows the start of a comment that does not end."""
        if self._commented is None:
            return
        hidden, self._commented = bytes(self._commented), None
        start = self._between.rfind(b"<!--")
        comment = bytes(self._between[start:])
        del self._between[start:]
        if not self._number and not self.head:
            yield from self._end_of_head()
        yield self._record(comment, "broken_xml")
        for text, tag in split_at(iter([hidden]), self._tag):
            yield from self._take(text, tag, may_be_commented=False)

    def _add(self, text: bytes) -> Iterator[XmlRecord]:
        if self._inside is None:
            self._between += text
            del self._between[:-_MAX_HEAD_BYTES]
        elif len(self._inside) <= self._max_bytes:
            self._inside += text
            if len(self._inside) > self._max_bytes:  # its rest is skipped
                yield self._record(bytes(self._inside), "record_too_long")

    def _begin(self, tag: bytes) -> Iterator[XmlRecord]:
        if self._inside is not None:
            yield from self._end(b"", "broken_xml")
        elif not self._number and not self.head:
            yield from self._end_of_head()
        elif _COMMENT.sub(b"", self._between).strip():
            yield self._record(bytes(self._between), "broken_xml")
        self._inside, self._between = bytearray(tag), bytearray()

    def _end(self, tag: bytes, problem: str | None = None) -> Iterator[XmlRecord]:
        if self._inside is None:
            self._between += tag
        else:
            if len(self._inside) <= self._max_bytes:
                yield self._record(bytes(self._inside + tag), problem)
            self._inside = None

    def _end_of_head(self) -> Iterator[XmlRecord]:
        self.head = bytes(self._between) or b" "
        yield from self._remains_of_a_record()
        self._between.clear()

    def _remains_of_a_record(self) -> Iterator[XmlRecord]:
        head = _COMMENT.sub(b"", self._between)
        if found := self._remains.search(head):
            yield self._record(head[max(0, found.start() - 200) :], "broken_xml")

    def _end_of_file(self) -> Iterator[XmlRecord]:
        if self._inside is not None:
            yield from self._end(b"", "truncated_xml")
        elif self._root_end not in self._between:
            yield self._record(bytes(self._between), "truncated_xml")
        elif not self._number:
            yield from self._remains_of_a_record()
        elif not _END_TAGS.fullmatch(_COMMENT.sub(b"", self._between)):
            yield self._record(bytes(self._between), "broken_xml")

    def _record(self, xml: bytes, problem: str | None = None) -> XmlRecord:
        self._number += 1
        return XmlRecord(self._number, xml[:1000] if problem else xml, problem)


def split_at(blocks: Iterator[bytes], tag: re.Pattern[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Split a stream at the matches of `tag`.

    Yields:
        The content before a match, and the match; the match is empty for a part of long content.

    Example:
        >>> list(split_at(iter([b"<a>Habari<a>", b"Nzuri"]), re.compile(b"<a>")))
        [(b'', b'<a>'), (b'Habari', b'<a>'), (b'Nzuri', b'')]
    """
    data = b""
    for block in blocks:
        data += block
        at = 0
        for found in tag.finditer(data):
            yield data[at : found.start()], found[0]
            at = found.end()
        cut = max(at, len(data) - _LONGEST_TAG)
        if cut > at:
            yield data[at:cut], b""
        data = data[cut:]
    at = 0
    for found in tag.finditer(data):
        yield data[at : found.start()], found[0]
        at = found.end()
    yield data[at:], b""


def utf8_blocks(path: str) -> Iterator[bytes]:
    """Yield the content of an XML file in UTF-8 without a byte-order mark.

    Undecodable bytes become bytes that no XML parser accepts, so that their record is broken.

    Raises:
        UnreadableError: the compressed file is broken, or its encoding is unknown.

    Example:
        >>> declared = "<?xml version='1.0' encoding='latin1'?><p>à</p>"
        >>> _ = open("a.xml", "w", encoding="latin1").write(declared)
        >>> "<p>à</p>" in b"".join(utf8_blocks("a.xml")).decode()
        True
    """
    blocks = read_blocks(path)
    first = next(blocks, b"")
    encoding, mark = marked_encoding(first)
    if mark and encoding != "utf-8":
        yield from in_utf8(itertools.chain([first[mark:]], blocks), encoding)
        return
    encoding = _encoding(first)
    if encoding == "utf-8":
        yield first[mark:]
        yield from blocks
        return
    decoder = _decoder(encoding)
    try:
        yield decoder.decode(first).encode(errors="surrogatepass")
        for block in blocks:
            yield decoder.decode(block).encode(errors="surrogatepass")
    except UnicodeError as error:
        raise UnreadableError("wrong_encoding", str(error)) from None


def _encoding(first: bytes) -> str:
    if first.startswith((b"<\0\0\0", b"\0\0\0<")):
        return "utf-32-le" if first.startswith(b"<") else "utf-32-be"
    if first.startswith((b"<\0", b"\0<")):
        return "utf-16-le" if first.startswith(b"<") else "utf-16-be"
    declared = _ENCODING.match(first.removeprefix(codecs.BOM_UTF8))
    name = declared[1].decode().lower() if declared else "utf-8"
    return "utf-8" if name in ("utf8", "us-ascii", "utf-16", "utf-32") else name


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    """Return a decoder to text with lone surrogates, which no XML parser accepts, for errors."""
    if encoding.startswith(("utf-16", "utf-32")):
        return codecs.getincrementaldecoder(encoding)("surrogatepass")
    try:
        codec = codec_of(encoding) or encoding
        "".encode(codec)  # rejects codecs of Python that are no text encodings
        return codecs.getincrementaldecoder(codec)(MARKED)
    except (LookupError, UnicodeError):
        raise UnreadableError("unknown_encoding", f"no encoding {encoding!r}") from None
