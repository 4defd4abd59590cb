"""A model card: front matter that parses, and figures from the files that it names."""

import json

import pytest
import yaml

from tests.tiny import tiny_encoder
from tfmling.conversion.settings import ModelCard
from tfmling.core.config import ConfigError
from tfmling.evaluation.card_uses import USES
from tfmling.evaluation.model_card import write_model_card

SHARE = {"p_at_1": 0.75, "p_at_1_low": 0.5, "p_at_1_high": 0.875}
MARGIN = {name.replace("1", "1_margin", 1): value for name, value in SHARE.items()}
FIGURES = {"count": 390, "truncated": 0.025, **SHARE, **MARGIN}


@pytest.fixture(scope="module")
def encoder():
    return tiny_encoder()


@pytest.fixture
def card(tmp_path) -> ModelCard:
    (tmp_path / "scores").mkdir()
    scores = {"retrieval": {"before": {}, "after": {"tatoeba": {"sw-en": FIGURES}}}, "bucc": {}}
    undefined = {"count": 2, "spearman": None, "pearson": None}  # are no results of a model
    scores["correlation"] = {"after": {"sts": {"en-sw": undefined}}}
    (tmp_path / "scores" / "scores.json").write_text(json.dumps(scores))
    (tmp_path / "bitext").mkdir()
    source = {"file": "/data/lafand/train.en.gz", "languages": ["en", "sw"], "license": None}
    counts = {"en-sw": {"kept": {"pairs": 40711}, "dropped": {"copied": 3}}}
    data = {"title": "Bitext", "sources": [source], "counts": counts}
    (tmp_path / "bitext" / "data_card.json").write_text(json.dumps(data))
    return ModelCard(
        name="Swahili MiniLM",
        languages=["swh", "en"],
        license="apache-2.0",
        base_model="sentence-transformers/all-MiniLM-L6-v2",
        data=[f"{tmp_path}/bitext"],
        scores=f"{tmp_path}/scores",
        limits=["News and Bible."],
    )


def test_the_front_matter_is_what_hugging_face_reads(card, encoder, tmp_path):
    write_model_card(str(tmp_path), card, encoder, "tfhub", facts={"weights": "bfloat16"})
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    top, body = text.removeprefix("---\n").split("---\n", 1)
    values = yaml.safe_load(top)
    assert values["language"] == ["sw", "en"]
    assert values["license"] == "apache-2.0"
    assert values["pipeline_tag"] == "sentence-similarity"
    (result, _) = values["model-index"][0]["results"]
    assert result["metrics"] == [{"type": "p_at_1", "value": 0.75, "name": "cosine"}]
    assert result["dataset"]["config"] == "sw-en"
    for line in (
        "| retrieval | tatoeba | sw-en | cosine | 0.750 (0.500–0.875) | 2.5 % | 390 |",
        "| Bitext | train.en.gz | en-sw | not stated |",
        "| Bitext | en-sw | pairs | 40,711 |",
        "| layers × width | 2 × 16 |",
        "| weights | bfloat16 |",
        "- News and Bible.",
    ):
        assert line in body


@pytest.mark.parametrize(
    ("known", "name", "title"),
    [({}, {}, "Sentence encoder"), ({}, {"name": "E"}, "E"), ({"name": "C"}, {"name": "E"}, "C")],
)
def test_the_name_is_the_cards_or_the_one_given(encoder, tmp_path, known, name, title):
    write_model_card(str(tmp_path), ModelCard(**known), encoder, "tfhub", **name)
    assert f"# {title}" in (tmp_path / "README.md").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("use", USES)
def test_nothing_known_says_nothing_wrong(encoder, tmp_path, use):
    write_model_card(str(tmp_path), ModelCard(), encoder, use)
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert yaml.safe_load(text.split("---\n")[1])["pipeline_tag"] == "sentence-similarity"
    assert text.count("```") == 2
    assert not {"## Data", "## Scores", "## Languages"} & set(text.splitlines())


@pytest.mark.parametrize("use", USES)
def test_who_has_to_compose_text_is_said(encoder, tmp_path, use):
    write_model_card(str(tmp_path), ModelCard(), encoder, use)
    said = 'unicodedata.normalize("NFC", text)' in (tmp_path / "README.md").read_text()
    assert said == (use != "tfhub")  # its graphs compose


def test_what_is_not_there_is_said(card, encoder, tmp_path):
    other = card.model_copy(update={"scored_as": "during"})
    with pytest.raises(ConfigError, match=r"scored_as: .*'after', 'before'.* got 'during'"):
        write_model_card(str(tmp_path), other, encoder, "tfhub")
    (tmp_path / "bitext" / "data_card.json").unlink()
    with pytest.raises(ConfigError, match=r"data: expected data_card.json in"):
        write_model_card(str(tmp_path), card, encoder, "tfhub")
