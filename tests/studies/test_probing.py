"""Figures by layer and by size, read from what probes wrote."""

import json

import pytest

from tfmling.core.config import build
from tfmling.core.config_errors import ConfigError
from tfmling.reports import Text
from tfmling.studies.comparison import Probing
from tfmling.studies.curve_sections import layer_sections, read_layers, size_sections
from tfmling.studies.metrics import LayerCurve, Metric, SizeCurve
from tfmling.studies.results import Results

CURVE = LayerCurve(title="Words", stage="probes", path="words.sw-en")
METRIC = Metric(name="words", title="Words", stage="probes", path="words.sw-en.layer-2.accuracy")


def made_results(tmp_path) -> Results:
    """Two seeds of `after`, one run of `before`, and a variant without the stage."""
    folders = {}
    for variant, seed, first in (("before", 1, 0.1), ("after", 1, 0.3), ("after", 2, 0.5)):
        folder = tmp_path / variant / str(seed)
        folder.mkdir(parents=True)
        layers = {f"layer-{n}": {"accuracy": first + n / 10, "count": 9} for n in (1, 2, 10)}
        scores = {"words": {"sw-en": layers | {"summary": {"accuracy": 7.0}}}}
        (folder / "scores.json").write_text(json.dumps(scores))
        folders[variant, seed] = {"probes": str(folder)}
    folders["other", 1] = {}
    values = {"words": {"before": {1: 0.3}, "after": {1: 0.5, 2: 0.7}}}
    return Results(["before", "after", "other"], [METRIC], values, {}, {}, {}, folders)


def test_layers_are_read_by_seed_in_order(tmp_path):
    found = read_layers(CURVE, made_results(tmp_path), "after")
    assert list(found) == [1, 2, 10]
    assert found[2] == {1: pytest.approx(0.5), 2: pytest.approx(0.7)}


def test_variants_that_have_the_figure_are_shown(tmp_path):
    figure, table = layer_sections(CURVE, made_results(tmp_path))
    assert list(table.header) == ["variant", "layer 1", "layer 2", "layer 10"]
    assert [row[0] for row in table.rows] == ["before", "after"]
    assert table.rows[0][1] == "0.200 (one seed)"
    assert table.rows[1][1] == "0.500 ± 0.141"
    assert len(figure.figure.axes[0].get_legend().get_texts()) == 2


@pytest.mark.parametrize(
    "path", ["words.de-en", "words.sw-en.layer-2.count", "words.sw-en.summary"]
)
def test_layers_that_no_variant_has_are_said(tmp_path, path):
    absent = CURVE.model_copy(update={"path": path})
    (said,) = layer_sections(absent, made_results(tmp_path))
    expected = f"No run has layers at {path} in scores.json of a stage probes."
    assert said == Text("Words", [expected])


def test_a_figure_that_layers_do_not_have_is_said(tmp_path):
    misspelt = CURVE.model_copy(update={"metric": "acuracy"})
    (said,) = layer_sections(misspelt, made_results(tmp_path))
    wrong = "no 'acuracy' of words.sw-en.layer-1.acuracy; there: accuracy, count"
    assert said.paragraphs[0].endswith(f"before/1/scores.json: {wrong}")


def test_figures_over_sizes(tmp_path):
    sizes = {"after": 960, "before": 0}
    curve = SizeCurve(title="More", label="pairs", sizes=sizes, metrics=["words"])
    (figure,) = size_sections(curve, made_results(tmp_path))
    axes = figure.figure.axes[0]
    (line,) = [own for own in axes.lines if len(own.get_xdata()) == 2 and own.get_marker() == "o"]
    assert line.get_xdata().tolist() == [0, 960]
    assert line.get_ydata().tolist() == [0.3, pytest.approx(0.6)]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"sizes": {"before": 0, "afer": 1}},
            "sizes: 'More': sizes: expected one of before, after, got",
        ),
        ({"metrics": ["word"]}, "sizes: 'More': metrics: expected one of words, got 'word'"),
    ],
)
def test_sizes_are_of_known_variants_and_figures(changed, said):
    size = {"title": "More", "label": "pairs", "sizes": {"before": 0, "after": 1}}
    with pytest.raises(ConfigError, match=said):
        build_probing(sizes=[size | {"metrics": ["words"]} | changed])


def test_layers_are_of_known_stages():
    build_probing(layers=[{"title": "Words", "stage": "probes", "path": "words"}])
    with pytest.raises(ConfigError, match="layers: 'Words': stage: expected one of probes, got"):
        build_probing(layers=[{"title": "Words", "stage": "prob", "path": "words"}])


def build_probing(**values) -> Probing:
    """Two variants, one stage, one figure."""
    common = {
        "kind": "probing", "output": "out", "title": "t", "question": "q",
        "variants": {"before": {}, "after": {}},
        "stages": [{"name": "probes", "command": "probe", "config": {}}],
        "metrics": [METRIC.model_dump()],
    }  # fmt: skip
    return build(Probing, common | values, "test")
