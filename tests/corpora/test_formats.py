"""Formats as YAML names them, and the real files of each."""

import pytest

from tfmling.core import config
from tfmling.corpora.documents import Rejected


def test_an_unknown_format_names_the_known_ones(monolingual):
    with pytest.raises(config.ConfigError, match=r"jsonl, parquet, plain_text, tsv, warc"):
        monolingual(format="csv", path="a", language="sw")


def test_an_unknown_key_names_the_nearest(write, monolingual):
    with pytest.raises(config.ConfigError, match="did you mean 'join_lines'"):
        monolingual(format="plain_text", path=write("a", ""), language="sw", joinlines=True)


def test_a_format_whose_package_is_missing_names_the_extra(write, monolingual, monkeypatch):
    path = write("a.warc", "")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(config.ConfigError, match=r"fastwarc is not installed.*-e '\.\[web\]'"):
        monolingual(format="warc", path=path)
    monolingual(format="plain_text", path=path, language="sw")


def test_real_monolingual_files(shared_data, monolingual, read_all):
    ted = monolingual(format="plain_text", path=f"{shared_data}/ted/Swahili.txt.gz", language="swh")
    documents = read_all(ted)
    # no blank line among 7,204: cut by length alone; every line is there
    assert sum(len(document.paragraphs) for document in documents) == 7204
    bible = monolingual(
        format="tsv", path=f"{shared_data}/bible/Amharic-NT.tsv.gz", language="amh", column=1
    )
    assert len(read_all(bible)) == 7656


def test_real_bitext(shared_data, bitext, read_all):
    corpora = [
        bitext(
            format="moses",
            source=f"{shared_data}/lafand/en-swa/train.en.gz",
            target=f"{shared_data}/lafand/en-swa/train.swa.gz",
        ),
        bitext(
            format="tsv_pairs",
            path=f"{shared_data}/tico19/en-sw.tsv.gz",
            source_column=1,
            target_column=2,
        ),
        bitext(
            format="tsv_pairs",
            path=f"{shared_data}/lafand/en-swa/dev.tsv.gz",
            source_column="en",
            target_column="swa",
            header=True,
        ),
    ]
    assert [len(read_all(corpus)) for corpus in corpora] == [30_782, 3_071, 1_791]
    assert not any(isinstance(i, Rejected) for corpus in corpora for i in read_all(corpus))
