"""The page and the data card that a pipeline leaves beside its records."""

import hashlib
import json
from pathlib import Path

import pytest


@pytest.fixture
def built(run_monolingual, write):
    text = "Habari ya leo? Nzuri sana.\nHabari ya leo?\n<b>ሰላም ነው።\n"
    corpus = {"format": "plain_text", "path": write("a|b.txt", text), "language": "swh"}
    settings = {
        "corpora": [corpus],
        "filters": [{"kind": "script"}],
        "num_shards": 2,
        "segment_pairs": None,
    }
    return text, lambda **more: Path(run_monolingual(settings | more))


def test_the_page_shows_counts_figures_and_rejects(built):
    page = (built[1]() / "report.html").read_text()
    for title in ("From read to kept", "Rejected: duplicate", "Rejected: script", "Lengths"):
        assert title in page
    assert page.count("data:image/png;base64,") == 3
    assert "&lt;b&gt;ሰላም" in page
    assert "<b>ሰላም" not in page
    assert "kept: 2 of 4 sentences" in page


def test_the_card_names_every_source(built):
    text, build = built
    folder = build()
    card = json.loads((folder / "data_card.json").read_text())
    (source,) = card["sources"]
    assert source["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert source["bytes"] == len(text.encode())
    assert (source["format"], source["languages"]) == ("plain_text", ["sw"])
    assert card["counts"] == json.loads((folder / "counts.json").read_text())
    assert card["config"]["filters"][0]["kind"] == "script"
    assert {"python", "tfmling", "apache-beam"} <= set(card["versions"])
    markdown = (folder / "data_card.md").read_text()
    assert source["sha256"] in markdown
    assert r"a\|b.txt" in markdown
    assert "| sw | dropped | duplicate | 1 |" in markdown
    assert not (folder / "sources.json").exists()


def test_lengths_and_scripts_of_what_was_kept(built, read_counts):
    counts = read_counts(built[1]())["sw"]
    assert counts["kept_lengths"] == {"8": 2}  # 14 and 11 characters
    assert counts["kept_scripts"] == {"Latn": 11 + 9}
    assert counts["licenses"] == {"not stated": 1}


def test_files_need_not_be_read_for_the_card(built):
    card = json.loads((built[1](checksums=False) / "data_card.json").read_text())
    assert card["sources"][0]["sha256"] is None
    assert card["sources"][0]["bytes"] > 0
