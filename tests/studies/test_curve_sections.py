"""Curves are read from histories; the first step from which a loss stays low is found."""

import numpy as np
import pytest

from tfmling.cli.main import main
from tfmling.reports import Text
from tfmling.studies.curve_sections import curve_sections, first_below, read_points
from tfmling.studies.metrics import Curve
from tfmling.studies.results import Results


@pytest.mark.parametrize(
    ("losses", "step"),
    [
        ([3.0, 2.0, 1.0], 30.0),
        ([1.5, 1.4, 1.0], 10.0),
        ([3.0, 1.0, 2.0], None),
        ([3.0, 1.0, 1.2], 20.0),
        ([1.0, 3.0, 1.2], 30.0),
        ([1.0, np.nan, 1.2], 30.0),
        ([1.0, 1.0, np.nan], None),
    ],
)
def test_the_first_step_from_which_it_stays_below(losses, step):
    assert first_below((np.array([10.0, 20.0, 30.0]), np.array(losses)), 1.5) == step


def test_the_report_says_when_each_variant_got_there(study, tmp_path):
    main(["study", str(study)])
    text = (tmp_path / "out/results.md").read_text()
    # plain: 3, 2, 1 at steps 10, 20, 30; better .5 less
    assert "| plain | 20 | not reached |" in text
    assert "| better | 20 | not reached |" in text


CURVE = Curve(title="Loss", stage="train", y="mlm/loss")
LINES = '{"step": 1, "mlm/loss": 3.0, "mlm": {"f1": 0.5}}\n{"mlm/loss": 2.0}\n{"step": 2}\n7\n'


def made_results(tmp_path) -> Results:
    """One run with a history."""
    (tmp_path / "history.jsonl").write_text(LINES)
    return Results(["plain"], [], {}, {}, {}, {}, {("plain", 1): {"train": str(tmp_path)}})


def test_lines_that_have_both_numbers_are_points(tmp_path):
    x, y = read_points(CURVE, made_results(tmp_path), "plain")[1]
    assert (x.tolist(), y.tolist()) == ([1.0], [3.0])


@pytest.mark.parametrize("changed", [{"y": "mlm/los"}, {"x": "epoch"}, {"y": "mlm"}])
def test_a_curve_that_no_run_has_is_said(tmp_path, changed):
    curve = CURVE.model_copy(update=changed)
    (said,) = curve_sections(curve, made_results(tmp_path))
    assert said == Text(
        "Loss", [f"No run has {curve.y} by {curve.x} in history.jsonl of a stage train."]
    )
