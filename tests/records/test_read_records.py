"""Records are shown, drawn and exported, and exported text is read back equal."""

import json
from pathlib import Path

import pytest

from tests.written import finish_output
from tfmling.cli.main import main
from tfmling.corpora.jsonl import Jsonl
from tfmling.corpora.parquet import Parquet, ParquetPairs
from tfmling.records import schemas, tfrecord
from tfmling.records.read_records import draw_records

TEXTS = {"sw": ["Habari ya leo?", "Maji\tbaridi \x1b[31m", "Asante"], "en": ["Peace"]}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Records of sentences in two languages, and of pairs."""
    monkeypatch.chdir(tmp_path)
    for language, texts in TEXTS.items():
        for shard in range(2):
            records = [schemas.sentence.encode(text, language) for text in texts[shard::2]]
            path = f"data/sentences/{language}-{shard:05d}-of-00002.tfrecord"
            tfrecord.write(path, records)
    pair = schemas.sentence_pair.encode("Maji", "Water", "sw", "en")
    tfrecord.write("data/sentence_pairs/sw-en-00000-of-00001.tfrecord", [pair])
    finish_output("data")
    return "data"


def test_records_are_shown_and_escaped(folder, capsys):
    main(["show", folder, "--limit", "3"])
    assert capsys.readouterr().out.splitlines() == [
        "# data: sentences",
        "en\tPeace",
        "sw\tHabari ya leo?",
        "sw\tAsante",
        "# data: sentence_pairs",
        "sw-en\tMaji\tWater",
    ]


def test_lists_of_a_record_are_shown(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    record = schemas.hard_negatives.encode("Maji", "Water", "sw", "en", ["Milk", "Fire"])
    tfrecord.write("data/hard_negatives/sw-en-00000-of-00001.tfrecord", [record])
    finish_output("data", "mine_negatives")
    main(["show", "data"])
    shown = "# data: hard_negatives\nsw-en\tMaji\tWater\tMilk\tFire\n"
    assert capsys.readouterr().out == shown


def test_a_sample_holds_each_record_equally_often():
    records = [("sw", {"text": str(number)}) for number in range(6)]
    drawn = [x["text"] for seed in range(600) for _, x in draw_records(iter(records), 2, seed)]
    counts = [drawn.count(str(number)) for number in range(6)]
    assert sum(counts) == 1200
    assert all(140 < count < 260 for count in counts)  # 200 expected, deviation 12


def test_a_key_that_is_not_there_is_named(folder, capsys):
    with pytest.raises(SystemExit):
        main(["show", folder, "--key", "ha"])
    assert "data: no sentences of ha; found en, sw" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["show", str(Path.cwd() / "nothing")])
    assert "nothing" in capsys.readouterr().err


def test_jsonl_is_read_back(folder, capsys):
    main(["export_text", "--records", folder, "--output", "out"])
    assert "sentences/sw.jsonl: 3 records" in capsys.readouterr().out
    corpus = Jsonl(format="jsonl", path="out/sentences/sw.jsonl", language_key="language")
    read = [(d.language, *d.paragraphs) for d in corpus.read("out/sentences/sw.jsonl")]
    assert read[0] == ("sw", "Habari ya leo?")
    assert len(read) == 3
    pairs = Path("out/sentence_pairs/sw-en.jsonl").read_text().splitlines()
    features = {"source": "Maji", "target": "Water"}
    languages = {"source_language": "sw", "target_language": "en"}
    assert [json.loads(line) for line in pairs] == [features | languages]
    assert Path("out/MANIFEST.json").exists()
    counts = json.loads(Path("out/counts.json").read_text())
    assert counts == {"sentences": {"en": 1, "sw": 3}, "sentence_pairs": {"sw-en": 1}}


def test_parquet_is_read_back(folder):
    pytest.importorskip("pyarrow")
    main(["export_text", "--records", folder, "--output", "out", "--format", "parquet"])
    path = "out/sentences/en.parquet"
    corpus = Parquet(format="parquet", path=path, text_column="text", language_column="language")
    assert [(d.language, *d.paragraphs) for d in corpus.read(path)] == [("en", "Peace")]
    path = "out/sentence_pairs/sw-en.parquet"
    pairs = ParquetPairs(
        format="parquet_pairs", path=path, source_language="sw", target_language="en"
    )
    assert [(pair.source, pair.target) for pair in pairs.read(path)] == [("Maji", "Water")]
