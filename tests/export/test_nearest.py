"""The nearest sentences of files and lists."""

import json

import pytest

from export.nearest import format_nearest, read_sentences
from export.settings import SentenceFile
from tfmling.cli.main import main
from tfmling.core.config import ConfigError


def write_config(tmp_path, **values) -> list[str]:
    path = tmp_path / "nearest.yaml"
    path.write_text(json.dumps(values), encoding="utf-8")
    return ["--config", str(path)]


def test_a_sentence_finds_itself_first(exported, tmp_path, capsys):
    (tmp_path / "b.tsv").write_text("1\tgood morning\n2\tก ก ก\n3\thabari\n", encoding="utf-8")
    arguments = write_config(
        tmp_path,
        output=f"{tmp_path}/found",
        model=exported,
        queries=["habari", "ก ก ก"],
        candidates={"path": f"{tmp_path}/b.tsv", "column": 1},
        k=2,
    )
    main(["nearest", *arguments])
    found = json.loads((tmp_path / "found" / "nearest.json").read_text(encoding="utf-8"))
    assert [query["nearest"][0]["text"] for query in found] == ["habari", "ก ก ก"]
    assert [len(query["nearest"]) for query in found] == [2, 2]
    assert found[0]["nearest"][0]["cosine"] == pytest.approx(1, abs=1e-5)
    assert capsys.readouterr().out.startswith("habari\n    1.000  habari\n")


def test_text_form():
    found = [{"text": "habari", "nearest": [{"text": "hello", "cosine": 0.71249}]}]
    assert format_nearest(found) == "habari\n    0.712  hello"


def test_limit_reads_the_first_lines(tmp_path):
    (tmp_path / "lines.txt").write_text("a\nb\nc\n", encoding="utf-8")
    source = SentenceFile(path=str(tmp_path / "lines.txt"), limit=2)
    assert read_sentences("queries", source) == ["a", "b"]


def test_a_line_without_the_column_is_named(tmp_path):
    (tmp_path / "x.tsv").write_text("a\tb\nc\n", encoding="utf-8")
    source = SentenceFile(path=str(tmp_path / "x.tsv"), column=1)
    with pytest.raises(ConfigError, match=r"x.tsv:2: expected a column 1"):
        read_sentences("queries", source)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"queries": []}, "queries: expected at least one sentence"),
        ({"k": 2}, r"k: expected at most 1 \(candidates\), got 2"),
        ({"model": "."}, "expected an encoder folder of tfmling"),
    ],
)
def test_impossible_searches_are_rejected(exported, tmp_path, change, message):
    values = {"model": exported, "queries": ["a"], "candidates": ["b"], "output": f"{tmp_path}/o"}
    with pytest.raises(SystemExit, match=message):
        main(["nearest", *write_config(tmp_path, **(values | change))])
    assert not (tmp_path / "o").exists()
