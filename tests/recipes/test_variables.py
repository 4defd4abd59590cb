import pytest

from tfmling.recipes.variables import UnknownVariableError, interpolate

VALUES = {"data": "corpora", "steps": 5, "stages.train": "out/train"}


def test_strings_at_any_depth():
    found = interpolate({"a": ["${data}/x", {"b": "${stages.train}/${data}"}], "c": 1.5}, VALUES)
    assert found == {"a": ["corpora/x", {"b": "out/train/corpora"}], "c": 1.5}


def test_a_lone_reference_keeps_its_type():
    assert interpolate(["${steps}", "${steps}0"], VALUES) == [5, "50"]


def test_other_dollars_stay():
    assert interpolate("^a$|$b {x}", VALUES) == "^a$|$b {x}"


def test_unknown_variables_are_reported_with_their_location():
    with pytest.raises(UnknownVariableError) as caught:
        interpolate({"a": [{"b": "x"}, {"b": "${dat}"}]}, VALUES)
    assert str(caught.value) == "a.1.b: ${dat} has no value; did you mean 'data'?"
