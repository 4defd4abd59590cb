"""Readers of corpora, compared with the libraries that they use.

    python -m benchmarks.readers

Each of our readers is compared with the bare library on the same bytes: gzip with zlib, bzip2, xz
and Zstandard with their modules, WET and WARC with FastWARC's iteration, a dump with bz2 and with
mwparserfromhell on whole pages, and main content by Resiliparse with trafilatura's. Prints MB/s of
uncompressed text. One thread. Needs the extra `web`, trafilatura for the last table, and the real
data (TFMLING_DATA).
"""

import bz2
import gzip
import lzma
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import zstandard

from benchmarks.harness import Run, describe_machine, measure, parser, print_speeds
from benchmarks.texts import DATA

MB = 1e6
WEB = DATA / "web"
DUMP = WEB / "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"
Contenders = dict[str, Run]


def main() -> None:
    options = parser(__doc__, megabytes=20.0, rounds=5).parse_args()
    print(describe_machine(1))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, amount, contenders in _tables(folder, options.megabytes):
            measured = measure(contenders, options.rounds)
            print(f"\n{title}: {amount:.1f} MB, median of {options.rounds}")
            print_speeds(measured, amount, "MB")


def _tables(folder: Path, megabytes: float):
    text = bz2.decompress(DUMP.read_bytes())
    text = (text * (1 + int(megabytes * MB / len(text))))[: int(megabytes * MB)]
    for kind, pack, bare in (
        ("gzip", gzip.compress, gzip.open),
        ("bzip2", bz2.compress, bz2.open),
        ("xz", lzma.compress, lzma.open),
        ("zstd", zstandard.compress, zstandard.open),
    ):
        path = folder / kind
        path.write_bytes(pack(text))
        yield (
            f"Decompress {kind}",
            len(text) / MB,
            {
                f"tfmling, {kind}": lambda p=path: _blocks(p),
                "bare module": lambda p=path, b=bare: _drain(b, p),
            },
        )
    yield _wet(folder, megabytes)
    yield _warc(folder, megabytes)
    yield _dump()
    yield _main_content()


def _wet(folder: Path, megabytes: float):
    path, size = _repeated(folder, "whirlwind/whirlwind.warc.wet", megabytes)
    return "WET (gzip by record)", size, {
        "tfmling": lambda: _read("wet", path),
        "FastWARC, records read": lambda: _fastwarc(path),
        "FastWARC, digests verified": lambda: _fastwarc(path, verify=True),
    }  # fmt: skip


def _warc(folder: Path, megabytes: float):
    path, size = _repeated(folder, "whirlwind/whirlwind.warc", megabytes)
    return "WARC to main content (gzip by record)", size, {
        "tfmling": lambda: _read("warc", path),
        "FastWARC, and Resiliparse's extraction": lambda: _fastwarc(path, extract=True),
        "FastWARC, records read": lambda: _fastwarc(path),
    }  # fmt: skip


def _dump():
    size = len(bz2.decompress(DUMP.read_bytes())) / MB
    return "Dump (.xml.bz2) to paragraphs", size, {
        "tfmling": lambda: _read("wikipedia", DUMP),
        "bz2 alone": lambda: _drain(bz2.open, DUMP),
        "bz2, ElementTree, mwparserfromhell": _mwparserfromhell,
    }  # fmt: skip


def _main_content():
    import trafilatura
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    from tfmling.corpora.web_page import WebPage

    with open(WEB / "whirlwind/whirlwind.warc", "rb") as file:
        (page,) = ArchiveIterator(file, record_types=WarcRecordType.response)
        html = page.reader.read().decode()
    return "Main content of one page", 5 * len(html) / MB, {
        "tfmling (Resiliparse)": lambda: [WebPage(html).main_content() for _ in range(5)],
        "trafilatura": lambda: [trafilatura.extract(html) for _ in range(5)],
    }  # fmt: skip


def _repeated(folder: Path, name: str, megabytes: float) -> tuple[Path, float]:
    """Write many copies of a real archive, one gzip member per record; return its size in MB."""
    packed = (WEB / f"{name}.gz").read_bytes()
    size = (WEB / name).stat().st_size
    copies = 1 + int(megabytes * MB / size)
    path = folder / Path(name).name
    path.write_bytes(packed * copies)
    return path, copies * size / MB


def _blocks(path: Path) -> None:
    from tfmling.corpora.compressed import read_blocks

    for _ in read_blocks(str(path)):
        pass


def _drain(open_file, path: Path) -> None:
    with open_file(path) as file:
        while file.read(1 << 18):
            pass


def _read(format: str, path: Path) -> None:
    from tfmling import corpora

    reader = {"wet": corpora.Wet, "warc": corpora.Warc, "wikipedia": corpora.Wikipedia}[format]
    for _ in reader(format=format, path=str(path)).read(str(path)):
        pass


def _fastwarc(path: Path, verify: bool = False, extract: bool = False) -> None:
    from fastwarc.warc import ArchiveIterator
    from resiliparse.extract.html2text import extract_plain_text

    with open(path, "rb") as file:
        for record in ArchiveIterator(file, parse_http=extract):
            if verify:
                record.verify_block_digest(consume=False)
            content = record.reader.read()
            if extract and (record.http_content_type or "").startswith("text/html"):
                extract_plain_text(content.decode(), main_content=True)


def _mwparserfromhell() -> None:
    import mwparserfromhell

    for text in ElementTree.fromstring(bz2.decompress(DUMP.read_bytes())).iterfind(".//{*}text"):
        mwparserfromhell.parse(text.text or "").strip_code()


if __name__ == "__main__":
    main()
