"""The report holds the results of all stages, in report.json and on the page."""

import base64
import json
import shlex
import subprocess
import sys
from types import SimpleNamespace

import pydantic
import pytest

from tfmling.recipes.report import corpus_rows, load_line, score_rows, write_report
from tfmling.recipes.results import describe_environment, gather_results
from tfmling.recipes.settings import Recipe

SCORE = {
    "count": 200,
    "truncated": 0.045,
    **{"p_at_1": 0.0625, "p_at_1_low": 0.03, "p_at_1_high": 0.1},
    **{"p_at_1_margin": 0.07, "p_at_1_margin_low": 0.04, "p_at_1_margin_high": 0.11},
}
BETTER = SCORE | {"p_at_1": 0.5625, "p_at_1_low": 0.49, "p_at_1_high": 0.63}
COSINE = {"count": 9, "mean_cosine": 0.97, "mean_cosine_low": 0.96, "mean_cosine_high": 0.98}

# stage -> (command, file, contents)
STAGES = {
    "texts": (
        "build_monolingual",
        "counts.json",
        {
            "sw": {
                "read": {"characters": 5000, "sentences": 1200},
                "dropped": {"duplicate": 20, "script": 100},
                "kept": {"sentences": 1080},
                "unusable": {"not_utf8": 3},
            }
        },
    ),
    "pieces": (
        "extend_vocab",
        "fertility.json",
        {
            "vocabulary_size": {"before": 30522, "after": 34000},
            "languages": {
                "sw": {
                    "words": 1234567,
                    "before": {"pieces_per_word": 2.5, "unknown_rate": 0.125},
                    "after": {"pieces_per_word": 1.375, "unknown_rate": 0.0},
                }
            },
        },
    ),
    "learn": (
        "train",
        "history.jsonl",
        [
            {"step": 10, "loss": 9.0, "mlm/loss": 9.0, "tokens_per_second": 1000.0},
            {"step": 20, "loss": 6.5, "mlm/loss": 6.5, "tokens_per_second": 3000.0},
        ],
    ),
    "scores": (
        "evaluate",
        "scores.json",
        {
            "retrieval": {
                "old": {"tatoeba": {"sw-en": SCORE}},
                "new": {"tatoeba": {"sw-en": BETTER}},
            },
            "similarity": {"new": {"english": {"en": COSINE}}},
        },
    ),
    "more_scores": (
        "evaluate",
        "scores.json",
        {"retrieval": {"old": {"ntrex": {"sw-en": SCORE}}, "new": {"ntrex": {"sw-en": SCORE}}}},
    ),
    "publish": (
        "export_tfhub",
        "verification.json",
        {"models": {"encoder": {"max_difference": {"call/default": 2e-7, "call/x": 5e-7}}}},
    ),
    "near": (
        "nearest",
        "nearest.json",
        [{"text": "habari <b>", "nearest": [{"text": "hello", "cosine": 0.75}]}],
    ),
}


@pytest.fixture
def stages(tmp_path):
    (tmp_path / "states").mkdir()
    version = dict(command="m", flags=[], config={}, code="", inputs={})
    for seconds, (name, (_, file, contents)) in enumerate(STAGES.items(), start=60):
        lines = contents if file.endswith("l") else [contents]
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text("\n".join(json.dumps(line) for line in lines))
        state = dict(version=version, status="completed", started_at=0, attempt_at=0)
        state |= dict(attempts=2, seconds=seconds)
        (tmp_path / "states" / f"{name}.json").write_text(json.dumps(state))
    return [
        SimpleNamespace(
            name=name,
            command=command,
            output=str(tmp_path / name),
            flags=("--a b",),
        )
        for name, (command, _, _) in STAGES.items()
    ]


@pytest.fixture
def recipe(tmp_path):
    return Recipe.model_validate(
        {
            "output": str(tmp_path),
            "stages": [{"name": "a", "command": "train"}],
            "report": {"title": "Two & more", "before": "old", "after": "new"},
        }
    )


def test_figures_stand_under_before_and_after(recipe, stages):
    figures = gather_results(recipe, stages)
    assert set(figures["retrieval"]) == {"before", "after"}
    assert figures["retrieval"]["before"]["tatoeba"]["sw-en"]["p_at_1"] == 0.0625
    assert figures["retrieval"]["after"]["tatoeba"]["sw-en"]["p_at_1"] == 0.5625
    assert figures["retrieval"]["after"]["ntrex"]["sw-en"]["p_at_1"] == 0.0625
    assert figures["similarity"] == {"after": {"english": {"en": COSINE}}}


def test_figures_by_stage(recipe, stages, tmp_path):
    figures = gather_results(recipe, stages)
    assert figures["corpora"]["texts"]["sw"]["dropped"]["script"] == 100
    assert figures["vocabulary"]["pieces"]["languages"]["sw"]["after"]["pieces_per_word"] == 1.375
    training = figures["training"]["learn"]
    assert (training["steps"], training["last"]["loss"]) == (20, 6.5)
    assert training["tokens_per_second"] == 2000.0  # of 1000 and 3000
    assert figures["models"]["publish"]["folder"] == str(tmp_path / "publish")
    assert [stage["seconds"] for stage in figures["stages"]] == [60, 61, 62, 63, 64, 65, 66]


def test_commands_can_be_given_to_a_shell(recipe, stages, tmp_path):
    command = gather_results(recipe, stages)["stages"][0]["command_line"]
    config = f"{tmp_path}/configs/texts.yaml"
    words = ["tfmling", "build_monolingual", "--config", config, "--", "--a b"]
    assert shlex.split(command) == words


def test_versions_of_what_is_installed():
    found = describe_environment(["pydantic", "no-such-package"])
    assert found["packages"] == {"pydantic": pydantic.VERSION}
    assert found["python"] == sys.version.split()[0]


def test_directions_keep_scripts_and_regions():
    figures = {"p_at_1": 0.5, "p_at_1_margin": None, "count": 2}
    figures |= {"p_at_1_low": 0.4, "p_at_1_high": 0.6}
    places = ("sr-Latn-en", "en-pt-BR", "swh-eng", "zh-Hans")
    rows = score_rows("retrieval", {"model": {"set": dict.fromkeys(places, figures)}})
    shown = [row["languages"] for row in rows]
    assert shown == ["sr-Latn → en", "en → pt-BR", "swh → eng", "zh-Hans"]


def test_page(recipe, stages, tmp_path):
    path = write_report(recipe, stages)
    figures = json.loads((tmp_path / "report.json").read_text())
    assert figures == gather_results(recipe, stages)
    page = (tmp_path / "report.html").read_text()
    assert path == str(tmp_path / "report.html")
    for shown in [
        "<title>Two &amp; more</title>",
        "7 stages, 0:07:21 in all",  # 60 + 61 + ... + 66 seconds
        '0.562 <span class="interval">0.490–0.630</span>',
        '<span class="up">+0.500</span>',  # 0.5625 - 0.0625
        "10.0 %: 100 script, 20 duplicate",  # 120 of 1,200 sentences
        "3 not utf8",
        '<td class="n">4.5 %</td>',
        "30,522 pieces became 34,000",
        '<td class="n">2.500</td><td class="n">1.375</td>',
        "12.50 %",
        "20 steps, loss\n9 → 6.5",
        "encoder differs by at most\n5e-07.",
        "habari &lt;b&gt;",
        f"Python {sys.version.split()[0]}",
        "0.750",
    ]:
        assert shown in page, shown


def test_page_needs_no_other_file(recipe, stages, tmp_path):
    write_report(recipe, stages)
    page = (tmp_path / "report.html").read_text()
    pictures = page.split('src="')[1:]
    assert len(pictures) == 2  # scores and one training
    for picture in pictures:
        kind, _, data = picture.split('"')[0].partition(",")
        assert kind == "data:image/png;base64"
        assert base64.b64decode(data).startswith(b"\x89PNG")
    assert "href=" not in page
    assert "<script" not in page


def test_a_recipe_without_scores_or_training_has_a_report(recipe, stages, tmp_path):
    write_report(recipe, stages[:1])
    page = (tmp_path / "report.html").read_text()
    assert "<h2>Corpora</h2>" in page
    assert "<h2>Scores</h2>" not in page
    assert json.loads((tmp_path / "report.json").read_text())["retrieval"] == {}


def test_scores_of_one_kind_or_of_models_by_other_names(recipe, stages, tmp_path):
    scored = tmp_path / "more_scores" / "scores.json"
    scores = {"random": {"ntrex": {"sw-en": SCORE}}, "new": {"tatoeba": {"sw-en": BETTER}}}
    scored.write_text(json.dumps({"retrieval": scores, "similarity": {}}))
    write_report(recipe, [stage for stage in stages if stage.name == "more_scores"])
    page = (tmp_path / "report.html").read_text()
    assert '<th class="n">random, cosine</th>' in page
    assert '<span class="up">' not in page  # there is no model before
    assert "Similarity: " not in page
    assert '0.062 <span class="interval">' in page


def test_a_figure_that_is_null_leaves_its_cell_empty(recipe, stages, tmp_path):
    names = [f"{name}{end}" for name in ("spearman", "pearson") for end in ("", "_low", "_high")]
    sets = {"sts": {"en-sw": {"count": 3} | dict.fromkeys(names)}}
    scores = {"correlation": {"old": sets, "new": sets}}
    (tmp_path / "more_scores" / "scores.json").write_text(json.dumps(scores))
    write_report(recipe, [stage for stage in stages if stage.name == "more_scores"])
    page = (tmp_path / "report.html").read_text()
    assert (
        page.count('<td class="n"></td>') == 7
    )  # two figures and the share cut of two models, and the gain


def test_words_that_were_counted_have_no_share_of_sentences():
    counts = {"sw": {"read": {"sentences": 9, "words": 90}, "dropped": {"rare_distinct_words": 5}}}
    (row,) = corpus_rows(counts)
    assert row["dropped_share"] is None


@pytest.mark.parametrize("texts", [["a", "b"], ["it's", 'say "$HOME" `x` \\']])
def test_the_line_is_one_command_for_a_shell(texts):
    line = load_line("/m o/d", texts).replace("python -c", "printf %s")
    code = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True).stdout
    call = code.removeprefix(
        "import tensorflow as tf, tensorflow_text, tensorflow_hub as hub; print(hub.load("
    )
    assert call == f"'/m o/d/sentence_encoder')(tf.constant({texts})))"
