"""Where a curve crosses a level, by hand."""

import math

import pytest

from tfmling.studies.transfer_sections import find_crossing


def test_the_crossing_lies_on_a_line_over_the_logarithm():
    # .6 to .8 over 100 to 400: .7 is half way, at sqrt(100 * 400)
    found = find_crossing({400: 0.8, 100: 0.6, 50: 0.2}, 0.7)
    assert (found.below, found.above) == (100, 400)
    assert found.at == pytest.approx(math.sqrt(100 * 400))
    assert str(found) == "between 100 and 400 sentences, at about 200"


def test_the_last_rise_counts():
    found = find_crossing({10: 0.3, 20: 0.6, 40: 0.4, 80: 0.7}, 0.5)
    assert (found.below, found.above) == (40, 80)


def test_levels_beyond_the_curve():
    curve = {10: 0.3, 20: 0.6}
    assert str(find_crossing(curve, 0.9)) == "not reached with 20 sentences"
    assert str(find_crossing(curve, 0.3)) == ("reached with the smallest number, 10 sentences")
