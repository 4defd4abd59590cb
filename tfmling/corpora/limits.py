"""Limits of readers, so that a broken or hostile part of a file costs only itself.

Lines and records are limited by the `max_line_bytes` of their corpus.
"""

import re
import tarfile
from typing import Annotated
from xml.etree import ElementTree

import pydantic

from tfmling.core.errors import InputError

MaxLineBytes = Annotated[int, pydantic.Field(gt=0)]

MAX_XZ_BYTES = 1 << 28  # memory of its decoder; `xz -9` needs 65 MB
MAX_TEMPORARY_BYTES = 1 << 36  # so that a web archive cannot fill the disk
MAX_HTML_DEPTH = 2000  # the time of extraction grows with the square of the depth
MAX_XML_DEPTH = 100
HEADER_BYTES = 512  # of a tar file

_CONTAINERS = {
    "a zip archive": rb"PK(?:\x03\x04|\x05\x06|\x07\x08)",
    "a 7-Zip archive": rb"7z\xbc\xaf\x27\x1c",
    "a RAR archive": rb"Rar!\x1a\x07",
    "a cabinet archive": rb"MSCF\x00\x00\x00\x00",
    "a file compressed by lz4": rb"\x04\x22\x4d\x18",
    "a file compressed by lzip": rb"LZIP[\x00\x01]",
    "a file compressed by compress (.Z)": rb"\x1f\x9d",
    "a file compressed by lzop": rb"\x89LZO\x00",
    "a file compressed by Snappy": rb"\xff\x06\x00\x00sNaPpY",
    "a Word, Excel or PowerPoint file": rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "a PDF file": rb"%PDF-\d\.\d",
    "an SQLite database": rb"SQLite format 3\x00",
    "an Arrow file": rb"ARROW1\x00\x00",
    "an Avro file": rb"Obj\x01",
    "a Parquet file": rb"PAR1[\x00-\x1f]",
    "an image": rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8[79]a",
}
_MAGIC = {kind: re.compile(magic) for kind, magic in _CONTAINERS.items()}
_COMPRESSED_TWICE = re.compile(rb"\x1f\x8b\x08|BZh[1-9]1AY&SY|\xfd7zXZ\x00|\x28\xb5\x2f\xfd")
_NESTING_TAG = re.compile(
    r"<(/?)(?!(?:p|li|dt|dd|br|img|hr|input|meta|link|tr|td|th|option)\b)[a-zA-Z]"
)


class CorpusError(InputError, ValueError):
    """Files cannot be read as the corpus that the settings describe.

    Example:
        >>> raise CorpusError("a.tsv:1: no column 'text' in the header")
        Traceback (most recent call last):
            ...
        tfmling.corpora.limits.CorpusError: a.tsv:1: no column 'text' in the header
    """


class UnreadableError(InputError, ValueError):
    """A file, record or body that is damaged, truncated or over a limit.

    Attributes:
        reason: the name under which it is counted, such as `truncated_gzip` or `broken_xml`.

    Example:
        >>> try:
        ...     parse_xml(b"<tu>")
        ... except UnreadableError as error:
        ...     print(error.reason)
        broken_xml
    """

    def __init__(self, reason: str, message: str | None = None):
        super().__init__(reason if message is None else message)
        self.reason = reason


def refuse_containers(path: str, first: bytes, *, compressed: bool) -> None:
    """Raise `CorpusError` for archives and other binary formats.

    Args:
        path: the file.
        first: the first 512 bytes of the file or of its decompressed content.
        compressed: whether they were decompressed, so that they must not be compressed again.

    Example:
        >>> refuse_containers("a.zip", b"PK\\x03\\x04", compressed=False)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
            ...
        tfmling.corpora.limits.CorpusError: a.zip: expected a corpus, ..., found a zip archive; ...
    """
    kind = kind_of_container(first, compressed=compressed)
    if kind is not None:
        raise CorpusError(
            f"{path}: expected a corpus, plain or compressed by gzip, bzip2, xz or zstd, found "
            f"{kind}; unpack or convert it and use the resulting files"
        )


def kind_of_container(first: bytes, *, compressed: bool) -> str | None:
    """Return the kind of an archive or binary file, None for others.

    Example:
        >>> kind_of_container(b"%PDF-1.7", compressed=False)
        'a PDF file'

    Args:
        first: the first 512 bytes of the file or of its decompressed content.
        compressed: whether they were decompressed.
    """
    for kind, magic in _MAGIC.items():
        if magic.match(first):
            return kind
    if _is_tar(first):
        return "a tar archive"
    twice = compressed and _COMPRESSED_TWICE.match(first)
    return "a file that was compressed twice" if twice else None


def _is_tar(first: bytes) -> bool:
    if len(first) < HEADER_BYTES or b"\0" not in first:
        return False
    try:
        tarfile.TarInfo.frombuf(first[:HEADER_BYTES], "utf-8", "replace")  # checks the checksum
    except tarfile.HeaderError:
        return False
    return True


def is_nested_too_deeply(html: str) -> bool:
    """Whether the elements of an HTML page are nested too deeply for extraction.

    Example:
        >>> is_nested_too_deeply("<div>" * 3000), is_nested_too_deeply("<div></div>" * 3000)
        (True, False)
    """
    if html.count("<") <= MAX_HTML_DEPTH:
        return False
    depth = 0
    for found in _NESTING_TAG.finditer(html):
        depth += -1 if found[1] else 1
        if depth > MAX_HTML_DEPTH:
            return True
        depth = max(depth, 0)
    return False


def parse_xml(xml: bytes) -> ElementTree.Element:
    """Parse an XML element whose elements are nested at most 100 deep.

    Example:
        >>> parse_xml(b"<tu><seg>habari</seg></tu>").findtext("seg")
        'habari'

    Raises:
        UnreadableError: `broken_xml` or `nested_too_deeply`.
    """
    # a deeper tree has at least twice as many tags
    may_be_deep = xml.count(b"<") > 2 * MAX_XML_DEPTH
    try:
        parser = ElementTree.XMLParser(target=_BoundedTreeBuilder()) if may_be_deep else None
        return ElementTree.fromstring(xml, parser)
    except (ElementTree.ParseError, ValueError) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError("broken_xml") from None


class _BoundedTreeBuilder(ElementTree.TreeBuilder):
    _depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> ElementTree.Element:
        self._depth += 1
        if self._depth > MAX_XML_DEPTH:
            raise UnreadableError("nested_too_deeply")
        return super().start(tag, attributes)

    def end(self, tag: str) -> ElementTree.Element:
        self._depth -= 1
        return super().end(tag)
