"""UTF-16 and UTF-32 with and without a mark, archives, and other files that are no text."""

import bz2
import gzip
import io
import itertools
import random
import tarfile
import zipfile

import pytest

from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.lines import Line, read_lines

RUSSIAN = "Привет, это первая строка.\r\n\r\nВот вторая, тестовая.\nКонец"
CHINESE = "山羊在晚上睡觉。\n它们喜欢吃草和树叶。\n牧羊人每天数羊。\n"
ENGLISH = "Goats sleep.\nAt night they do.\n"
GUJARATI = "બકરી ઊંઘે છે\nરાત્રે\n"
MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff", "utf-32-le": b"\xff\xfe\0\0"}
MARKS["utf-32-be"] = b"\0\0\xfe\xff"


def texts(path, limit=1000):
    return [(line.text, line.problem) for line in read_lines(str(path), limit)]


@pytest.mark.parametrize("encoding", MARKS)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_a_mark_names_the_encoding(tmp_path, encoding, pack):
    path = tmp_path / "a"
    path.write_bytes(pack(MARKS[encoding] + RUSSIAN.encode(encoding)))
    assert texts(path) == [
        ("Привет, это первая строка.", None),
        ("", None),
        ("Вот вторая, тестовая.", None),
        ("Конец", None),
    ]


@pytest.mark.parametrize("encoding", MARKS)
@pytest.mark.parametrize("text", [RUSSIAN, CHINESE, ENGLISH, GUJARATI])
def test_without_a_mark_nothing_is_read(tmp_path, encoding, text):
    path = tmp_path / "a"
    path.write_bytes(text.encode(encoding))
    (line,) = read_lines(str(path), 1000)
    assert (line.number, line.problem) == (1, f"utf{encoding[4:6]}_without_bom")
    assert "iconv" in line.text


def test_blocks_may_end_within_a_character(tmp_path):
    path = tmp_path / "a"
    text = "\n".join("𐤀𐤁 " * 10 + str(n) for n in range(30_000))
    path.write_bytes(b"\xff\xfe" + b"\x20\0" + text.encode("utf-16-le"))
    found = texts(path)
    assert [text.strip() for text, _ in found] == text.split("\n")


def test_a_lone_surrogate_costs_its_line_and_a_half_unit_the_end(tmp_path):
    path = tmp_path / "a"
    lines = ["moja", "mb\ud800ili", "tatu"]
    data = "\n".join(lines).encode("utf-16-le", "surrogatepass")
    path.write_bytes(b"\xff\xfe" + data + b"\n\0x")
    assert [problem for _, problem in texts(path)] == [None, "not_utf8", None, "corrupt_utf16"]


def test_nul_bytes_cost_their_line(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"moja\nmb\0ili\ntatu\nnne\n")
    assert list(read_lines(str(path), 100)) == [
        Line(1, "moja"),
        Line(2, "mb\0ili", "nul_byte"),
        Line(3, "tatu"),
        Line(4, "nne"),
    ]


def test_utf16_behind_utf8_is_no_text(tmp_path):
    path = tmp_path / "a"
    path.write_bytes("мама\n".encode() * 50 + RUSSIAN.encode("utf-16-le"))
    found = texts(path)
    assert {problem for _, problem in found[50:]} <= {"nul_byte", "not_utf8"}
    assert [problem for _, problem in found[:50]] == [None] * 50


def test_a_binary_file_is_no_text(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(random.Random(1).randbytes(10_000))
    assert [problem for _, problem in texts(path)] == ["binary_file"]


def test_every_reader_of_text_decodes_by_the_mark(tmp_path, monolingual, bitext, read_all):
    def write(name, text, encoding="utf-16"):
        (tmp_path / name).write_bytes(text.encode(encoding))
        return str(tmp_path / name)

    page = "<page><ns>0</ns><revision><text>мбузи</text></revision></page>"
    dump = f"<mediawiki>{page}</mediawiki>"
    corpora = [
        monolingual(format="jsonl", path=write("a", '{"text": "мбузи"}\n'), language="ru"),
        monolingual(format="tsv", path=write("b", "1\tмбузи\n"), language="ru", column=1),
        monolingual(format="wikipedia", path=write("w", dump, "utf-32")),
    ]
    for corpus in corpora:
        assert [document.paragraphs for document in read_all(corpus)] == [("мбузи",)]
    po = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-16\\n"\n\nmsgid "a"\nmsgstr "б"\n'
    memory = (
        '<?xml version="1.0" encoding="UTF-16"?><tmx><body><tu>'
        '<tuv xml:lang="en"><seg>a</seg></tuv>'
        '<tuv xml:lang="sw"><seg>б</seg></tuv></tu></body></tmx>'
    )
    for corpus in (
        bitext(format="po", path=write("p", po)),
        bitext(format="tmx", path=write("t", memory)),
        bitext(format="moses", source=write("s", "a\n"), target=write("u", "б\n", "utf-32")),
    ):
        assert [(pair.source, pair.target) for pair in read_all(corpus)] == [("a", "б")]


def tar(kind):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=kind) as archive:
        for name in ("corpus/a.txt", "corpus/b.txt"):
            member = tarfile.TarInfo(name)
            member.size = len(ENGLISH)
            archive.addfile(member, io.BytesIO(ENGLISH.encode()))
    data = bytearray(file.getvalue())
    return bytes(data)


def old_tar():
    """As tar wrote before POSIX: without a magic number."""
    data = bytearray(tar(tarfile.USTAR_FORMAT))
    data[257:265] = bytes(8)
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return bytes(data)


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", ENGLISH)
    return file.getvalue()


ARCHIVES = {
    "tar": [tar(tarfile.USTAR_FORMAT), tar(tarfile.PAX_FORMAT), tar(tarfile.GNU_FORMAT), old_tar()],
    "zip": [zipped(), b"PK\x05\x06" + bytes(18)],
    "7-Zip": [b"7z\xbc\xaf\x27\x1c\0\x04"],
    "RAR": [b"Rar!\x1a\x07\x01\0", b"Rar!\x1a\x07\0"],
    "compressed twice": [],
    "PDF": [b"%PDF-1.7\n%\xe2\xe3\n"],
}


@pytest.mark.parametrize(
    ("kind", "data"), [(kind, data) for kind, all_ in ARCHIVES.items() for data in all_]
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_archives_are_refused_by_name(tmp_path, monolingual, bitext, read_all, kind, data, pack):
    path = str(tmp_path / "corpus.x")
    (tmp_path / "corpus.x").write_bytes(pack(data))
    corpora = [
        monolingual(format="plain_text", path=path, language="en"),
        monolingual(format="wikipedia", path=path),
        monolingual(format="wet", path=path),
        bitext(format="po", path=path),
    ]
    for corpus in corpora:
        with pytest.raises(CorpusError, match=rf"corpus\.x: expected a corpus.*found an? {kind}"):
            read_all(corpus)


def test_an_archive_that_is_named_as_a_compressed_file(tmp_path):
    path = tmp_path / "corpus.txt.gz"
    path.write_bytes(zipped())
    with pytest.raises(CorpusError, match="found a zip archive"):
        list(read_lines(str(path), 100))


@pytest.mark.parametrize(("inner", "outer"), itertools.product([gzip, bz2], [gzip, bz2]))
def test_what_is_compressed_twice_is_refused(tmp_path, inner, outer):
    path = tmp_path / "a.txt.gz"
    path.write_bytes(outer.compress(inner.compress(ENGLISH.encode())))
    with pytest.raises(CorpusError, match="found a file that was compressed twice"):
        list(read_lines(str(path), 100))


@pytest.mark.parametrize("text", ["PAR1", "Rar!", "LZIP", "%PDF", "7z", "ustar", "PK", "MSCF"])
def test_text_that_begins_like_an_archive_is_text(tmp_path, text):
    path = tmp_path / "a"
    path.write_text(f"{text} ni neno.\n" * 100)
    assert texts(path) == [(f"{text} ni neno.", None)] * 100
