"""Parquet: rows to documents or pairs; a row group that is broken costs itself."""

from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from tfmling.core import config
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.documents import Document, SentencePair


@pytest.fixture
def write_table(tmp_path):
    def write_table(name="a.parquet", **settings):
        columns = settings.pop("columns")
        path = tmp_path / name
        options = {"write_page_checksum": True} | settings
        pyarrow.parquet.write_table(pyarrow.table(columns), path, **options)
        return str(path)

    return write_table


def test_documents(write_table, monolingual, read_all):
    path = write_table(
        columns={
            "content": ["Moja.\n\nMbili.", None, "አንድ", " ", "x"],
            "lang": ["swh", "swh", "amh", "swh", "Kiswahili"],
            "url": ["http://a.org", None, None, None, None],
            "license": ["CC0-1.0", None, None, None, None],
        }
    )
    corpus = monolingual(
        format="parquet", path=path, text_column="content", language_column="lang",
        uri_column="url", license_column="license", license="other",
    )  # fmt: skip
    first, none, third, blank, unknown = read_all(corpus)
    assert first == Document(
        path, "sw", ("Moja.", "Mbili."), (1, 1), uri="http://a.org", license="CC0-1.0"
    )
    assert third == Document(path, "am", ("አንድ",), (3,), license="other")
    assert [r.reason for r in (none, blank, unknown)] == ["no_text", "no_text", "unknown_language"]
    assert none.location == f"{path}:2"


def test_pairs(write_table, bitext, read_all):
    path = write_table(columns={"en": ["one", None], "sw": ["moja", "mbili"]})
    corpus = bitext(format="parquet_pairs", path=path, source_column="en", target_column="sw")
    pair, rejected = read_all(corpus)
    assert pair == SentencePair(path, 1, "one", "moja", "en", "sw")
    assert (rejected.location, rejected.reason) == (f"{path}:2", "no_text")


def test_a_broken_row_group_costs_itself(write_table, monolingual, read_all):
    path = write_table(
        columns={"text": [f"sentence {n:03d}" for n in range(90)]}, row_group_size=30,
        compression="none", use_dictionary=False,
    )  # fmt: skip
    data = Path(path).read_bytes()
    Path(path).write_bytes(data.replace(b"sentence 045", b"sentence 999"))
    items = read_all(monolingual(format="parquet", path=path, language="en"))
    (rejected,) = [item for item in items if not isinstance(item, Document)]
    assert (rejected.location, rejected.reason) == (f"{path}:31", "corrupt_parquet")
    numbers = [document.lines[0] for document in items if isinstance(document, Document)]
    assert numbers == [*range(1, 31), *range(61, 91)]


@pytest.mark.parametrize("data", [b"", b"PAR1", b"no table", b"PAR1" + bytes(100) + b"PAR1"])
def test_what_is_no_table_is_said(write, monolingual, read_all, data):
    path = write("a.parquet", data)
    (rejected,) = read_all(monolingual(format="parquet", path=path, language="en"))
    assert (rejected.location, rejected.reason) == (f"{path}:1", "corrupt_parquet")


def test_a_column_that_is_missing_is_an_error(write_table, monolingual, read_all):
    path = write_table(columns={"text": ["a"]})
    corpus = monolingual(format="parquet", path=path, language="en", text_column="txt")
    with pytest.raises(CorpusError, match=r"no column 'txt'; it has \['text'\]"):
        read_all(corpus)


def test_one_source_of_the_language(write_table, monolingual):
    with pytest.raises(config.ConfigError, match="either language or language_column"):
        monolingual(format="parquet", path=write_table(columns={"text": ["a"]}))


def not_utf8(kind, texts):
    """Strings of Arrow of which `texts` are the bytes."""
    binary = {"string": pyarrow.binary(), "large_string": pyarrow.large_binary()}[kind]
    buffers = pyarrow.array(texts, binary).buffers()
    return pyarrow.Array.from_buffers(getattr(pyarrow, kind)(), len(texts), buffers)


@pytest.mark.parametrize("kind", ["string", "large_string"])
@pytest.mark.parametrize("dictionary", [False, True])
def test_a_string_that_is_not_utf8_costs_its_row(
    write_table, monolingual, bitext, read_all, kind, dictionary
):
    texts = [f"sentensi {n}".encode() for n in range(2_000)]
    texts[700] = b"mb\xffili"
    column = not_utf8(kind, texts)
    column = column.dictionary_encode() if dictionary else column
    path = write_table(columns={"text": column, "t": ["x"] * 2_000})
    for corpus in (
        monolingual(format="parquet", path=path, language="sw"),
        bitext(format="parquet_pairs", path=path, source_column="text", target_column="t"),
    ):
        items = read_all(corpus)
        (rejected,) = [item for item in items if not isinstance(item, Document | SentencePair)]
        assert (rejected.location, rejected.reason) == (f"{path}:701", "not_utf8")
        assert rejected.excerpt == "mb\\xffili"
        assert len(items) == 2_000


@pytest.mark.parametrize(
    "kind",
    [
        pyarrow.string(),
        pyarrow.large_string(),
        pyarrow.string_view(),
        pyarrow.binary(),
        pyarrow.large_binary(),
        pyarrow.binary_view(),
        pyarrow.dictionary(pyarrow.int32(), pyarrow.string()),
        pyarrow.dictionary(pyarrow.int32(), pyarrow.large_string()),
    ],
)
def test_every_kind_of_string(write_table, monolingual, read_all, kind):
    binary = pyarrow.types.is_binary(kind) or "binary" in str(kind)
    texts = ["moja", None, "አንድ"]
    values = [t.encode() if binary and t else t for t in texts]
    if pyarrow.types.is_dictionary(kind):
        column = pyarrow.array(values, kind.value_type).dictionary_encode()
    else:
        column = pyarrow.array(values, kind)
    path = write_table(columns={"text": column})
    first, second, third = read_all(monolingual(format="parquet", path=path, language="sw"))
    assert (first.paragraphs, second.reason, third.paragraphs) == (("moja",), "no_text", ("አንድ",))


@pytest.mark.parametrize("kind", [pyarrow.list_, pyarrow.large_list])
def test_a_list_of_strings_is_the_lines_of_a_text(write_table, monolingual, read_all, kind):
    column = pyarrow.array([["a", None, "b\nc"], [], None], kind(pyarrow.string()))
    path = write_table(columns={"text": column})
    first, second, third = read_all(monolingual(format="parquet", path=path, language="sw"))
    assert first.paragraphs == ("a", "b", "c")
    assert (second.reason, third.reason) == ("no_text", "no_text")


def test_a_column_without_text_is_an_error(write_table, monolingual, bitext, read_all):
    path = write_table(columns={"text": [1, 2], "b": [{"c": "d"}, {"c": "e"}], "e": ["x", "y"]})
    with pytest.raises(CorpusError, match="column 'text': expected text, found values of type int"):
        read_all(monolingual(format="parquet", path=path, language="en"))
    corpus = bitext(format="parquet_pairs", path=path, source_column="e", target_column="b")
    with pytest.raises(CorpusError, match="column 'b': expected text, found values of type struct"):
        read_all(corpus)


def test_a_column_that_occurs_twice_is_refused(tmp_path, monolingual, read_all):
    path = f"{tmp_path}/a.parquet"
    arrays = [pyarrow.array([value]) for value in ("a", "b", "c")]
    table = pyarrow.Table.from_arrays(arrays, names=["text", "id", "text"])
    pyarrow.parquet.write_table(table, path)
    with pytest.raises(CorpusError, match="2 columns 'text', expected one"):
        read_all(monolingual(format="parquet", path=path, language="en"))
    corpus = monolingual(format="parquet", path=path, language="en", text_column="id")
    assert [document.paragraphs for document in read_all(corpus)] == [("b",)]


def test_a_longer_text_is_counted(write_table, monolingual, read_all):
    path = write_table(columns={"text": ["a", "b" * 101, "c" * 100]})
    corpus = monolingual(format="parquet", path=path, language="en", max_line_bytes=100)
    first, second, third = read_all(corpus)
    assert (first.paragraphs, third.paragraphs) == (("a",), ("c" * 100,))
    assert (second.location, second.reason) == (f"{path}:2", "record_too_long")
