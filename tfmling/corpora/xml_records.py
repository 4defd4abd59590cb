"""The records of a large XML file, one by one: pages of a dump, units of a translation memory.

Only what stands between the tags of one record is parsed, and its bytes are bounded. So memory does
not grow with the file, a broken record costs itself and not the rest, and a document type with its
entities never reaches the parser. Records that are commented out are not read; a comment that does
not end within 16 MiB is broken, and the records after its start are read.
"""

import codecs
import dataclasses
import itertools
import re
from collections.abc import Iterator
from xml.etree import ElementTree

from tfmling.core.text_encoding import marked_encoding
from tfmling.corpora.compressed import BrokenFileError, read_blocks
from tfmling.corpora.documents import Rejected, excerpt
from tfmling.corpora.lines import in_utf8
from tfmling.corpora.web_encodings import MARKED, codec_of

_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([\w.-]+)["']""")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_END_TAGS = re.compile(rb"\s*(?:</[\w:.-]+\s*>\s*)*")
_LONGEST_TAG = 64  # bytes at the end of a block in which a tag may have begun
_MAX_HEAD_BYTES = 1 << 16
_MAX_COMMENT_BYTES = 1 << 24
_MAX_DEPTH = 100


class BrokenRecordError(ValueError):
    """A record that cannot be parsed; its message is the reason under which it is counted."""


@dataclasses.dataclass(frozen=True, slots=True)
class XmlRecord:
    """The bytes of one record in UTF-8, or of what is none and its `problem`.

    Attributes:
        number: counted from 1 over all of a file, broken ones too.
        xml: from its start tag to its end tag.
        problem: `broken_xml`, `record_too_long`, `truncated_xml`, or how the compressed file ends.
    """

    number: int
    xml: bytes
    problem: str | None = None

    def rejected(self, path: str, language: str, reason: str | None = None) -> Rejected:
        """The record as something that could not be read."""
        shown = excerpt(self.xml[:1000].decode(errors="backslashreplace").strip())
        return Rejected(f"{path}:{self.number}", language, reason or self.problem or "", shown)


class XmlRecords:
    """Iterates over the records of one file.

    Attributes:
        head: what stands before the first record, once that has been given.
    """

    def __init__(self, path: str, *, root: str, record: str, part: str, max_bytes: int):
        """Takes the names of elements: of the root, of the records and of one in each of them."""
        self.head = b""
        self._path = path
        self._root_end = f"</{root}>".encode()
        self._tag = re.compile(rf"<{record}(?=[\s>])|</{record}\s*>".encode())
        # before the first record: one whose start tag is damaged
        self._remains = re.compile(rf"</?{part}\b|</{record}\s*>".encode())
        self._max_bytes = max_bytes
        self._number = 0
        self._between = bytearray()
        self._inside: bytearray | None = None  # the record that has begun
        self._commented: bytearray | None = None  # from the first tag after `<!--` on

    def __iter__(self) -> Iterator[XmlRecord]:
        """Yields records and problems in order."""
        try:
            yield from self._records()
        except BrokenFileError as error:
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
        """Reads what follows the start of a comment that does not end."""
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
            if len(self._inside) > self._max_bytes:  # its rest is passed over
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
    """Parts a stream at the matches of `tag`: yields what is before a match and the match.

    The second is empty where a piece ends for no other reason than that it is long enough.
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
    """The content of an XML file, decompressed, in UTF-8 without a byte-order mark.

    What cannot be decoded becomes bytes that no XML parser accepts, so that its record is broken
    and is counted.

    Raises:
        BrokenFileError: the compressed file is broken, or its encoding is unknown.
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
        raise BrokenFileError("wrong_encoding", str(error)) from None


def _encoding(first: bytes) -> str:
    if first.startswith((b"<\0\0\0", b"\0\0\0<")):
        return "utf-32-le" if first.startswith(b"<") else "utf-32-be"
    if first.startswith((b"<\0", b"\0<")):
        return "utf-16-le" if first.startswith(b"<") else "utf-16-be"
    declared = _ENCODING.match(first.removeprefix(codecs.BOM_UTF8))
    name = declared[1].decode().lower() if declared else "utf-8"
    return "utf-8" if name in ("utf8", "us-ascii", "utf-16", "utf-32") else name


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    """What cannot be decoded becomes lone surrogates, which no XML parser accepts."""
    if encoding.startswith(("utf-16", "utf-32")):
        return codecs.getincrementaldecoder(encoding)("surrogatepass")
    try:
        codec = codec_of(encoding) or encoding
        "".encode(codec)  # refuses what Python calls a codec and is no encoding of text
        return codecs.getincrementaldecoder(codec)(MARKED)
    except (LookupError, UnicodeError):
        raise BrokenFileError("unknown_encoding", f"no encoding {encoding!r}") from None


def parse_record(xml: bytes) -> ElementTree.Element:
    """The element of a record.

    Raises:
        BrokenRecordError: it is not well-formed, or more than 100 elements are in each other.
    """
    # what is nested more deeply has twice as many tags
    bounded = xml.count(b"<") > 2 * _MAX_DEPTH
    try:
        parser = ElementTree.XMLParser(target=_BoundedTree()) if bounded else None
        return ElementTree.fromstring(xml, parser)
    except (ElementTree.ParseError, ValueError) as error:
        reason = "nested_too_deeply" if isinstance(error, _DepthError) else "broken_xml"
        raise BrokenRecordError(reason) from None


class _DepthError(ValueError):
    """More elements are in each other than any record has."""


class _BoundedTree(ElementTree.TreeBuilder):
    """Builds a tree, and ends at the first element that is too deep."""

    _depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> ElementTree.Element:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _DepthError
        return super().start(tag, attributes)

    def end(self, tag: str) -> ElementTree.Element:
        self._depth -= 1
        return super().end(tag)
