"""Sampling shares of languages, by hand."""

import pytest

from tfmling.inputs.text_batches import sampling_shares


def test_exponents():
    assert sampling_shares({"a": 3, "b": 1}, 1.0) == {"a": 0.75, "b": 0.25}
    assert sampling_shares({"a": 3, "b": 1}, 0.0) == {"a": 0.5, "b": 0.5}
    # sqrt(9) : sqrt(1) = 3 : 1
    assert sampling_shares({"a": 9, "b": 1}, 0.5) == pytest.approx({"a": 0.75, "b": 0.25})


def test_an_empty_language_gets_nothing():
    assert sampling_shares({"a": 5, "b": 0}, 0.0) == {"a": 1.0, "b": 0.0}


def test_all_empty_is_an_error():
    with pytest.raises(ValueError, match="all are empty"):
        sampling_shares({"a": 0}, 0.7)
