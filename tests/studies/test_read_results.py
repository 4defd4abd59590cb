"""Numbers at dotted paths of JSON files; what is missing is named with what is there."""

import pytest

from tfmling.studies.read_results import FigureError, find, read_file


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
    with pytest.raises(FigureError) as caught:
        find({"a": [{"b": 1}]}, path, "f")
    assert str(caught.value) == said


def test_json_lines_are_a_list(tmp_path):
    path = tmp_path / "history.jsonl"
    path.write_text('{"step": 1}\n{"step": 2}\n')
    assert read_file(str(path)) == [{"step": 1}, {"step": 2}]
    path.write_text('{"step"')
    with pytest.raises(FigureError, match=r"history\.jsonl: not readable"):
        read_file(str(path))
    with pytest.raises(FigureError, match=r"none\.json: not readable"):
        read_file(str(tmp_path / "none.json"))
