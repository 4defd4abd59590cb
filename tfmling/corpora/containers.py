"""Files that hold files, and other binary formats: they are refused by name, never read as text."""

import re
import tarfile

from tfmling.corpora.corpus import CorpusError

BEGINNING_BYTES = 512  # of a tar file's first header

_KINDS = {
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
_MAGIC = {kind: re.compile(magic) for kind, magic in _KINDS.items()}
_COMPRESSED_TWICE = re.compile(rb"\x1f\x8b\x08|BZh[1-9]1AY&SY|\xfd7zXZ\x00|\x28\xb5\x2f\xfd")


def refuse_containers(path: str, first: bytes, *, compressed: bool) -> None:
    """Refuses what is no text by its first bytes.

    Args:
        path: the file.
        first: its first 512 bytes, or those of its content.
        compressed: whether they were compressed, so that the content must not be so again.

    Raises:
        CorpusError: an archive or another binary format.
    """
    kind = kind_of_container(first, compressed=compressed)
    if kind is not None:
        raise CorpusError(
            f"{path}: expected a corpus, plain or compressed by gzip, bzip2, xz or zstd, found "
            f"{kind}; unpack or convert it and give the files that come out"
        )


def kind_of_container(first: bytes, *, compressed: bool) -> str | None:
    """What is no text by its first 512 bytes, with its article; arguments as above."""
    for kind, magic in _MAGIC.items():
        if magic.match(first):
            return kind
    if _is_tar(first):
        return "a tar archive"
    twice = compressed and _COMPRESSED_TWICE.match(first)
    return "a file that was compressed twice" if twice else None


def _is_tar(first: bytes) -> bool:
    if len(first) < BEGINNING_BYTES or b"\0" not in first:
        return False
    try:
        tarfile.TarInfo.frombuf(first[:BEGINNING_BYTES], "utf-8", "replace")  # checks the sum
    except tarfile.HeaderError:
        return False
    return True
