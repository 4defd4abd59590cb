"""Language shares by hand."""

import pytest

from tfmling.inputs.sampling import smoothed_rates


def test_exponents():
    assert smoothed_rates({"a": 3, "b": 1}, 1.0) == {"a": 0.75, "b": 0.25}
    assert smoothed_rates({"a": 3, "b": 1}, 0.0) == {"a": 0.5, "b": 0.5}
    # sqrt(9) : sqrt(1) = 3 : 1
    assert smoothed_rates({"a": 9, "b": 1}, 0.5) == pytest.approx({"a": 0.75, "b": 0.25})


def test_an_empty_language_gets_nothing():
    assert smoothed_rates({"a": 5, "b": 0}, 0.0) == {"a": 1.0, "b": 0.0}


def test_nothing_to_share_is_an_error():
    with pytest.raises(ValueError, match="all are empty"):
        smoothed_rates({"a": 0}, 0.7)
