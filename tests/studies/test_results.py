"""Numbers at dotted paths of JSON files; errors name the missing and the existing keys."""

import json
import re

import pytest

from tfmling.recipes.plan import PlannedStage
from tfmling.studies.comparison import Comparison
from tfmling.studies.plan import PlannedRun, PlannedStudy
from tfmling.studies.results import MetricError, find, find_number, read_file, read_results
from tfmling.studies.study import Run


def test_keys_and_positions():
    values = {"a": [{"b": 1}, {"b": 2}], "mlm/loss": 3}
    assert find(values, "a.0.b", "f") == 1
    assert find(values, "a.-1.b", "f") == 2
    assert find(values, "mlm/loss", "f") == 3


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("b", "f: no 'b' of b; there: a"),
        ("a.2.b", "f: no '2' of a.2.b; there: a list"),
        ("a.first", "f: no 'first' of a.first; there: a list"),
        ("a.0.b.c", "f: no 'c' of a.0.b.c; there: a int"),
    ],
)
def test_what_is_missing(path, said):
    with pytest.raises(MetricError) as caught:
        find({"a": [{"b": 1}]}, path, "f")
    assert str(caught.value) == said


def test_json_lines_are_a_list(tmp_path):
    path = tmp_path / "history.jsonl"
    path.write_text('{"step": 1}\n{"step": 2}\n')
    assert read_file(str(path)) == [{"step": 1}, {"step": 2}]
    path.write_text('{"step"')
    with pytest.raises(MetricError, match=r"history\.jsonl: not readable"):
        read_file(str(path))
    with pytest.raises(MetricError, match=r"none\.json: not readable"):
        read_file(str(tmp_path / "none.json"))


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "true", '"1"', "null"])
def test_a_figure_is_a_finite_number(number):
    values = json.loads(f'{{"a": {number}}}')
    with pytest.raises(MetricError, match="f: a: expected a finite number, got"):
        find_number(values, "a", "f")


def read_items(tmp_path, by_variant: dict[str, list]):
    """A study whose variants have written these lists, and .5 as the mean of their items."""
    stage = {"name": "score", "command": "evaluate"}
    figure = {"name": "p", "title": "P", "stage": "score", "path": "p", "items": "items"}
    study = Comparison(
        kind="comparison",
        output=str(tmp_path),
        title="Items",
        question="Which?",
        stages=[stage],
        variants={variant: {} for variant in by_variant},
        metrics=[figure, {**figure, "name": "whole", "items": None}],
    )
    runs = []
    for variant, items in by_variant.items():
        folder = tmp_path / variant
        folder.mkdir()
        (folder / "scores.json").write_text(json.dumps({"p": 0.5, "items": items}))
        planned = PlannedStage("score", "evaluate", study, (), str(folder))
        runs.append(PlannedRun(Run(variant, 1, ()), [planned], str(tmp_path)))
    return read_results(study, PlannedStudy([], "", runs), {})


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([1, None, 0], "items.1: expected a finite number, got None"),
        ([[1, 0], [1, 0]], r"items.0: expected a finite number, got \[1, 0\]"),
        ({"a": 0.5}, "items: expected a list of numbers, got {'a': 0.5}"),
        ([], r"items: expected a list of numbers, got \[\]"),
        ([1, 1, 0, 1], "items: expected a mean of 0.5, the value of p, got 0.75"),
        ([1, 0, 1, 0], "items: expected 2 items as in earlier runs, got 4"),
    ],
)
def test_items_that_are_not_the_figure_s(tmp_path, items, said):
    found = read_items(tmp_path, {"right": [1, 0], "wrong": items})
    assert found.values["p"] == {"right": {1: 0.5}}  # neither the figure nor its items
    assert found.items["p"].keys() == {"right"}
    assert re.search(said, found.missing["p"]["wrong", 1])
    assert found.values["whole"] == {"right": {1: 0.5}, "wrong": {1: 0.5}}
    assert not found.failures
