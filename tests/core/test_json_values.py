"""Untrusted JSON: errors take one line."""

import json

import pytest

from tfmling.core import files
from tfmling.core.errors import UserError
from tfmling.core.json_values import UnreadableJsonError, parse_json, read_json, read_json_object


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1,\n "b" 2}', "line 2, column 6: Expecting ':' delimiter"),
        ("[" * 100_000, "its values are nested too deeply"),
        ('{"a":' * 100_000, "its values are nested too deeply"),
        ("9" * 5000, "Exceeds the limit"),
        ("", "line 1, column 1: Expecting value"),
        ("[1] x", "line 1, column 5: Extra data"),
    ],
)
def test_errors_take_one_line(text, expected, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(UnreadableJsonError) as caught:
        read_json(path)
    said = str(caught.value)
    assert said.startswith(f"{path}: not readable as JSON: {expected}")
    assert "\n" not in said


def test_values_are_read(tmp_path):
    values = {"a": [1, None, "ጤና"], "b": {"c": 0.5}}
    (tmp_path / "a.json").write_text(json.dumps(values))
    assert read_json(tmp_path / "a.json") == read_json_object(f"{tmp_path}/a.json") == values
    files.write_text("memory://json_values/a.json", "[1]")
    assert read_json("memory://json_values/a.json") == [1]
    assert parse_json("1", "x") == 1


def test_an_object_is_expected(tmp_path):
    (tmp_path / "a.json").write_text("[1]")
    with pytest.raises(UserError, match=r"a\.json: expected a JSON object of keys, found list$"):
        read_json_object(tmp_path / "a.json")


def test_another_encoding_is_named(tmp_path):
    (tmp_path / "a.json").write_bytes(b'{"a": "\xe9"}')
    with pytest.raises(files.NotUtf8Error, match=r"a\.json:1: expected UTF-8"):
        read_json(tmp_path / "a.json")
