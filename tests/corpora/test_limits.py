"""Hostile files of every format: what is too long or too deep is counted, in bounded memory.

Each is read in a process of its own, whose highest memory is asked for.
"""

import gzip
import json
import subprocess
import sys

import pyarrow
import pyarrow.parquet
import pytest

LONG = 300_000_000  # bytes of one line, record or message
DEEP = 100_000
MAX_MEGABYTES = 250

READ = """
import json, resource, sys
from tfmling import corpora
from tfmling.core import config
from tfmling.corpora.corpus import CorpusError
class Any(config.Settings):
    corpus: corpora.AnyMonolingual | corpora.AnyBitext
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
corpus = config.build(Any, {"corpus": json.loads(sys.argv[1])}, "test").corpus
items = [item for task in corpus.tasks() for item in corpus.read(*task)]
reasons = [getattr(item, "reason", "text") for item in items]
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([reasons[:5], (after - before) // 1024]))
"""


def long_gzip(path, before, unit, after):
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(before)
        for _ in range(LONG // 1_000_000):
            file.write(unit * (1_000_000 // len(unit)))
        file.write(after)
    return str(path)


def read(settings):
    command = [sys.executable, "-c", READ, json.dumps(settings)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


PAIR = {"source_language": "en", "target_language": "sw"}
UNIT = '<tu><tuv xml:lang="en"><seg>{}</seg></tuv><tuv xml:lang="sw"><seg>x</seg></tuv></tu>'
RECORD = b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: %d\r\n\r\n"
LONG_FILES = {
    "plain_text": ({"language": "sw"}, b"one\n", b"x", b"\ntwo\n", "line_too_long"),
    "jsonl": ({"language": "sw"}, b'{"text": "', b"x", b'"}\n{"text": "b"}\n', "line_too_long"),
    "tsv": (
        {"language": "sw", "column": 0, "quoted": True}, b'"', b"x", b'"\na\n', "line_too_long"
    ),
    "tsv_pairs": (
        {**PAIR, "quoted": True}, b'a\tb\n"', b"x" * 999 + b"\n", b'"\tb\n', "unclosed_quote"
    ),
    "tmx": (PAIR, b"<tmx><tu>", b"<tuv>", b"</tu></tmx>", "record_too_long"),
    "wikipedia": ({}, b"<mediawiki><page>", b"x", b"</page></mediawiki>", "record_too_long"),
    "po": (PAIR, b'msgid "a"\nmsgstr "', b"x", b'"\n', "record_too_long"),
    "wet": ({}, RECORD % LONG, b"x", b"\r\n\r\n", "record_too_long"),
    "warc": ({}, b"WARC/1.0\r\nX-Header: ", b"x", b"\r\n\r\n", "broken_record"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("format", LONG_FILES)
def test_what_is_too_long_is_counted(tmp_path, format):
    more, before, unit, after, reason = LONG_FILES[format]
    path = long_gzip(tmp_path / "a.gz", before, unit, after)
    reasons, megabytes = read({"format": format, "path": path, **more})
    assert reason in reasons
    assert megabytes < MAX_MEGABYTES


@pytest.mark.slow
def test_a_text_that_a_dictionary_repeats(tmp_path):
    indices = pyarrow.array([0] * 1000, pyarrow.int32())
    column = pyarrow.DictionaryArray.from_arrays(indices, pyarrow.array(["x" * 1_500_000]))
    path = f"{tmp_path}/a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"text": column}), path)
    settings = {"format": "parquet", "path": path, "language": "sw", "max_line_bytes": 1 << 20}
    reasons, megabytes = read(settings)
    assert set(reasons) == {"record_too_long"}
    assert megabytes < 2 * MAX_MEGABYTES


DEEP_FILES = {
    "jsonl": ({"language": "sw"}, '{"text": ' + "[" * DEEP + "]" * DEEP + "}", "not_json"),
    "tmx": (PAIR, f"<tmx>{UNIT.format('<hi>' * DEEP + '</hi>' * DEEP)}</tmx>", "nested_too_deeply"),
    "wikipedia": (
        {},
        f"<mediawiki><page>{'<a>' * DEEP}{'</a>' * DEEP}</page></mediawiki>",
        "nested_too_deeply",
    ),
}  # fmt: skip


@pytest.mark.parametrize("format", DEEP_FILES)
def test_what_is_too_deep_is_counted(tmp_path, format):
    more, text, reason = DEEP_FILES[format]
    (tmp_path / "a").write_text(text)
    reasons, _ = read({"format": format, "path": f"{tmp_path}/a", **more})
    assert reason in reasons


ENTITIES = """<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/hostname">]>"""


@pytest.mark.parametrize("entity", ["&b;", "&c;"])
def test_entities_are_not_expanded(tmp_path, entity):
    (tmp_path / "a").write_text(f"{ENTITIES}<tmx>{UNIT.format(entity)}{UNIT.format('a')}</tmx>")
    reasons, _ = read({"format": "tmx", "path": f"{tmp_path}/a", **PAIR})
    assert reasons == ["broken_xml", "text"]
