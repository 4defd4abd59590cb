"""What is drawn of a figure: a point a seed, and each variant's mean."""

from tfmling.studies.plot import draw_points


def test_points_means_and_the_empty_row():
    figure = draw_points(
        {"plain": {1: 0.2, 2: 0.4}, "better": {1: 0.9}},
        ["plain", "failed", "better"],
        "P@1",
        "plain",
    )
    (axes,) = figure.axes
    assert [text.get_text() for text in axes.get_yticklabels()] == ["plain", "failed", "better"]
    assert [text.get_text() for text in axes.texts] == ["0.300", "0.900"]
    points = [line for line in axes.lines if line.get_marker() == "o"]
    assert [list(line.get_xdata()) for line in points] == [[0.2, 0.4], [0.9]]
    assert [set(line.get_ydata()) for line in points] == [{0}, {2}]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first variant is on top
