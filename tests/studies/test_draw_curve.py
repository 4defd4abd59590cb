"""Curves are read from histories; the first step from which a loss stays low is found."""

import numpy as np
import pytest

from tfmling import study as main
from tfmling.studies.draw_curve import first_below


@pytest.mark.parametrize(
    ("losses", "step"),
    [
        ([3.0, 2.0, 1.0], 30.0),
        ([1.5, 1.4, 1.0], 10.0),
        ([3.0, 1.0, 2.0], None),
        ([3.0, 1.0, 1.2], 20.0),
        ([1.0, 3.0, 1.2], 30.0),
    ],
)
def test_the_first_step_from_which_it_stays_below(losses, step):
    assert first_below((np.array([10.0, 20.0, 30.0]), np.array(losses)), 1.5) == step


def test_the_report_says_when_each_arm_got_there(study, tmp_path):
    main.main([str(study)])
    text = (tmp_path / "out/results.md").read_text()
    # plain: 3, 2, 1 at steps 10, 20, 30; better .5 less
    assert "| plain | 20 | not reached |" in text
    assert "| better | 20 | not reached |" in text


def test_a_curve_that_no_cell_has_is_said(study, tmp_path):
    main.main([str(study), "--set", "curves.0.y=mlm/los"])
    page = (tmp_path / "out/report.html").read_text()
    assert "No cell has mlm/los in history.jsonl of a stage score." in page
