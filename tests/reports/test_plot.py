"""Plots that several reports share, by what is drawn."""

import numpy as np

from tfmling.reports.plot import Line, draw_lines, draw_matrix


def test_lines_have_a_legend_and_a_band():
    lines = {"sw": Line([1, 2], [0.1, 0.2], [0.0, 0.1], [0.2, 0.3]), "am": Line([1, 2], [0.3, 0.4])}
    (axes,) = draw_lines(lines, "layer", "accuracy").axes
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["sw", "am"]
    assert [line.get_ydata().tolist() for line in axes.lines] == [[0.1, 0.2], [0.3, 0.4]]
    assert len(axes.collections) == 1


def test_error_bars_reach_from_low_to_high():
    line = Line([1, 2], [0.5, 0.6], [0.4, 0.6], [0.7, 0.6])
    (axes,) = draw_lines({"sw": line}, "pairs", "score", bars=True).axes
    (bars,) = axes.collections
    ends = [segment[:, 1].round(6).tolist() for segment in bars.get_segments()]
    assert ends == [[0.4, 0.7], [0.6, 0.6]]


def test_an_empty_cell_has_no_number():
    values = np.array([[0.25, np.nan]])
    (axes,) = draw_matrix(values, ["en"], ["de", "sw"], row="trained on", column="tested on").axes
    assert [text.get_text() for text in axes.texts] == ["0.25"]
    assert axes.get_ylabel() == "trained on"
