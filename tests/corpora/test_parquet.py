"""Parquet: rows to documents or pairs; a row group that is broken costs itself."""

from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from tfmling import config
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.document import Document
from tfmling.corpora.pair import SentencePair


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
        uri_column="url", licence_column="license", licence="other",
    )  # fmt: skip
    first, none, third, blank, unknown = read_all(corpus)
    assert first == Document(
        path, "sw", ("Moja.", "Mbili."), (1, 1), uri="http://a.org", licence="CC0-1.0"
    )
    assert third == Document(path, "am", ("አንድ",), (3,), licence="other")
    assert [r.reason for r in (none, blank, unknown)] == ["no_text", "no_text", "unknown_language"]
    assert none.uri == f"{path}:2"


def test_pairs(write_table, bitext, read_all):
    path = write_table(columns={"en": ["one", None], "sw": ["moja", "mbili"]})
    corpus = bitext(format="parquet_pairs", path=path, source_column="en", target_column="sw")
    pair, rejected = read_all(corpus)
    assert pair == SentencePair(path, 1, "one", "moja", "en", "sw")
    assert (rejected.uri, rejected.reason) == (f"{path}:2", "no_text")


def test_a_broken_row_group_costs_itself(write_table, monolingual, read_all):
    path = write_table(
        columns={"text": [f"sentence {n:03d}" for n in range(90)]}, row_group_size=30,
        compression="none", use_dictionary=False,
    )  # fmt: skip
    data = Path(path).read_bytes()
    Path(path).write_bytes(data.replace(b"sentence 045", b"sentence 999"))
    items = read_all(monolingual(format="parquet", path=path, language="en"))
    (rejected,) = [item for item in items if not isinstance(item, Document)]
    assert (rejected.uri, rejected.reason) == (f"{path}:31", "corrupt_parquet")
    numbers = [document.lines[0] for document in items if isinstance(document, Document)]
    assert numbers == [*range(1, 31), *range(61, 91)]


@pytest.mark.parametrize("data", [b"", b"PAR1", b"no table", b"PAR1" + bytes(100) + b"PAR1"])
def test_what_is_no_table_is_said(write, monolingual, read_all, data):
    path = write("a.parquet", data)
    (rejected,) = read_all(monolingual(format="parquet", path=path, language="en"))
    assert (rejected.uri, rejected.reason) == (f"{path}:1", "corrupt_parquet")


def test_a_column_that_is_missing_is_an_error(write_table, monolingual, read_all):
    path = write_table(columns={"text": ["a"]})
    corpus = monolingual(format="parquet", path=path, language="en", text_column="txt")
    with pytest.raises(CorpusError, match=r"no column 'txt'; it has \['text'\]"):
        read_all(corpus)


def test_one_source_of_the_language(write_table, monolingual):
    with pytest.raises(config.ConfigError, match="either language or language_column"):
        monolingual(format="parquet", path=write_table(columns={"text": ["a"]}))
