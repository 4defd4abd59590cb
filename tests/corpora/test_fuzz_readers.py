"""Whatever bytes a file has, a reader neither raises, nor hangs, nor loses what is whole.

Properties, for every format:
1. Random bytes, and a valid file with bytes flipped, cut, doubled, inserted: `read` gives
   documents, pairs and counts, or raises CorpusError; all have the file's name and a place.
2. Where records can be told apart (lines, XML records, PO entries, members of gzip, WARC records
   with digests): if one record is mutated in any way, the others are given unchanged and in order.
   What a mutation can cost beyond its record is the one behind it, where it takes away or makes up
   the mark by which that begins.
3. What a mutation takes away is counted, or the record is still there, changed or whole.
"""

import os

import hypothesis
import pytest
from hypothesis import strategies

from tests.corpora.fuzzed import COUNT, FORMATS
from tfmling import corpora
from tfmling.core import config
from tfmling.corpora.compressed import compression
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.documents import Document, Rejected, SentencePair

_FEW, _MANY = 30, 10_000
_SECONDS = 10

_ISOLATED = [name for name, format in FORMATS.items() if format.isolated]


class _Monolingual(config.Settings):
    corpus: corpora.AnyMonolingual


class _Bitext(config.Settings):
    corpus: corpora.AnyBitext


@strategies.composite
def mutations(draw, data):
    """The data with one to four bytes or stretches flipped, cut, doubled or inserted."""
    data = bytearray(data)
    for _ in range(draw(strategies.integers(1, 4))):
        start = draw(strategies.integers(0, max(len(data) - 1, 0)))
        end = min(len(data), start + draw(strategies.sampled_from([1, 1, 2, 5, 20, 1000])))
        kind = draw(strategies.sampled_from(["flip", "cut", "double", "insert", "set"]))
        if kind == "cut":
            del data[start:end]
        elif kind == "double":
            data[start:start] = data[start:end]
        elif kind == "insert":
            data[start:start] = draw(strategies.binary(min_size=1, max_size=8) | _MARKS)
        elif data:
            data[start] = draw(strategies.integers(0, 255)) if kind == "set" else data[start] ^ 32
    return bytes(data)


# what means something to one of the formats
_MARKS = strategies.sampled_from([
    b"\n", b"\r\n\r\n", b"\t", b"\0", b'"', b"<", b"&", b"<page>", b"</tu>", b"<!--", b"]]>", b"{{",
    b"WARC/1.0\r\n", b"Content-Length: 99999999\r\n", b"\x1f\x8b\x08", b"BZh9", b"PAR1", b"msgid ",
    b"#~ ", b"\xff\xfe", b"\xef\xbb\xbf", b"&#0;", b"&a;", b"{|",
])  # fmt: skip


def read(format, data, folder):
    """The items of a file with these bytes; one that is rejected for CorpusError."""
    path = str(folder / "fuzzed")
    with open(path, "wb") as file:
        file.write(data)
    model = _Bitext if format.bitext else _Monolingual
    values = {"corpus": {"format": format.name, "path": path} | format.settings}
    try:
        items = list(config.build(model, values, "test").corpus.read(path))
    except CorpusError as error:
        items = [Rejected(f"{path}:1", "und", "refused", str(error))]
    for item in items:
        location = item.location
        assert location.startswith(f"{path}:")
        assert not isinstance(item, Rejected) or item.reason
    return items


def contents(items):
    """The texts of documents and pairs."""
    return [
        item.paragraphs if isinstance(item, Document) else (item.source, item.target)
        for item in items
        if isinstance(item, Document | SentencePair)
    ]


def settings(examples):
    return hypothesis.settings(
        max_examples=int(os.environ.get("TFMLING_FUZZ_EXAMPLES", examples)),
        deadline=_SECONDS * 1000,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )


def check_random_bytes(format, folder, examples):
    @settings(examples)
    @hypothesis.given(strategies.binary(max_size=2000))
    def check(data):
        # a line may be blank by other characters than those that bytes call blank, such as \x1c
        blank = not data.decode(errors="replace").strip("\ufeff").strip()
        items = read(format, data, folder)
        assert items or blank or format.name in ("plain_text", "tsv", "po", "jsonl")

    check()


def check_mutated_files(format, folder, examples):
    @settings(examples)
    @hypothesis.given(mutations(format.file()))
    def check(data):
        read(format, data, folder)

    check()


def check_mutated_records(format, folder, examples):
    whole = contents(read(format, format.file(), folder))
    assert len(whole) == COUNT

    @settings(examples)
    @hypothesis.given(strategies.data(), strategies.integers(0, COUNT - 1))
    def check(data, number):
        records = list(format.records)
        records[number] = data.draw(mutations(records[number]))
        file = format.file(records)
        # a file that begins as a compressed one is one: it is damaged whole, not in one record
        hypothesis.assume(compression("", file[:10]) == compression("", format.file()[:10]))
        # the same holds for the mark of another encoding
        hypothesis.assume(not file.startswith((b"\xff\xfe", b"\xfe\xff")))
        items = read(format, file, folder)
        found = contents(items)
        others = whole[:number] + whole[number + 1 :]
        after = whole[:number] + whole[number + 2 :]
        assert is_subsequence(others, found) or is_subsequence(after, found)
        if not is_subsequence(others, found):
            assert any(isinstance(item, Rejected) for item in items) or len(found) >= COUNT - 1

    check()


def is_subsequence(part, whole):
    rest = iter(whole)
    return all(any(item == other for other in rest) for item in part)


@pytest.mark.parametrize("name", FORMATS)
def test_random_bytes(name, tmp_path):
    check_random_bytes(FORMATS[name], tmp_path, _FEW)


@pytest.mark.parametrize("name", FORMATS)
def test_mutated_files(name, tmp_path):
    check_mutated_files(FORMATS[name], tmp_path, _FEW)


@pytest.mark.parametrize("name", _ISOLATED)
def test_other_records_are_kept(name, tmp_path):
    check_mutated_records(FORMATS[name], tmp_path, _FEW)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", FORMATS)
def test_ten_thousand_files(name, tmp_path):
    check_random_bytes(FORMATS[name], tmp_path, _MANY // 4)
    check_mutated_files(FORMATS[name], tmp_path, _MANY)
    if name in _ISOLATED:
        check_mutated_records(FORMATS[name], tmp_path, _MANY)
