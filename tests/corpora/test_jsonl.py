import json

import pytest

from tfmling.core import config
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.documents import Document


def test_text_and_language_of_each_line(write, monolingual, read_all):
    lines = [{"text": "Moja.\n\nMbili.", "lang": "swh"}, {"text": "አንድ", "lang": "amh"}]
    path = write("a.jsonl.gz", "\n".join(map(json.dumps, lines)) + "\n\n")
    corpus = monolingual(format="jsonl", path=path, language_key="lang")
    assert read_all(corpus) == [
        Document(path, "sw", ("Moja.", "Mbili."), (1, 1)),
        Document(path, "am", ("አንድ",), (2,)),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"body": "moja"', "not_json"),
        ("[" * 100_000, "not_json"),
        ('{"body": ' + "1" * 5000 + "}", "not_json"),
        ('["body"]', "not_an_object"),
        ("3", "not_an_object"),
        ('{"text": "moja"}', "no_text"),
        ('{"body": 1}', "no_text"),
        ('{"body": " \\n"}', "no_text"),
        ('{"body": "moja \\ud800"}', "not_unicode"),
    ],
)
def test_what_is_no_document_is_named_and_the_rest_read(write, monolingual, read_all, line, reason):
    path = write("a.jsonl", f'{line}\n{{"body": "mbili"}}\n')
    corpus = monolingual(format="jsonl", path=path, language="sw", text_key="body")
    rejected, document = read_all(corpus)
    assert (rejected.location, rejected.language, rejected.reason) == (f"{path}:1", "sw", reason)
    assert document == Document(path, "sw", ("mbili",), (2,))


def test_the_license_of_the_corpus(write, monolingual, read_all):
    path = write("a.jsonl", '{"text": "moja"}\n')
    (document,) = read_all(monolingual(format="jsonl", path=path, language="sw", license="CC0-1.0"))
    assert document.license == "CC0-1.0"


@pytest.mark.parametrize("language", ['"Kiswahili"', "null", "3"])
def test_an_unknown_language_is_named(write, monolingual, read_all, language):
    path = write("a.jsonl", f'{{"text": "moja", "lang": {language}}}\n')
    (rejected,) = read_all(monolingual(format="jsonl", path=path, language_key="lang"))
    assert (rejected.language, rejected.reason) == ("und", "unknown_language")


@pytest.mark.parametrize("keys", [{}, {"language": "sw", "language_key": "lang"}])
def test_one_source_of_the_language(write, monolingual, keys):
    with pytest.raises(config.ConfigError, match="either language or language_key"):
        monolingual(format="jsonl", path=write("a.jsonl", "{}"), **keys)


def test_a_key_that_no_line_has_is_an_error(write, monolingual, read_all):
    path = write("a.jsonl", '{"id": 1, "content": "moja"}\nnot json\n{"content": "b", "x": 1}\n')
    with pytest.raises(
        CorpusError, match="no line has the key 'text'; the keys are 'id', 'content'"
    ):
        read_all(monolingual(format="jsonl", path=path, language="sw"))
    corpus = monolingual(format="jsonl", path=path, text_key="content", language_key="lang")
    with pytest.raises(CorpusError, match="no line has the key 'lang'"):
        read_all(corpus)


def test_a_file_without_objects_or_texts_is_counted(write, monolingual, read_all):
    path = write("a.jsonl", '["text"]\n{"text": ""}\n{"text": null}\n')
    found = read_all(monolingual(format="jsonl", path=path, language="sw"))
    assert [item.reason for item in found] == ["not_an_object", "no_text", "no_text"]
    assert read_all(monolingual(format="jsonl", path=write("b.jsonl", ""), language="sw")) == []
