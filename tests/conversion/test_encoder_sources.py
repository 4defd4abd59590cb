"""One way to name an encoder in settings: a path, or a mapping with options."""

import pydantic
import pytest

from tests.tiny import tiny_encoder
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.conversion.settings import EncoderSource, NewEncoder, PretrainedEncoder, StackedEncoder
from tfmling.core.config import ConfigError, Settings, build


class Example(Settings):
    encoder: EncoderSource


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("encoder"))
    save_encoder(tiny_encoder(), path)
    return path


def source(value):
    return build(Example, {"encoder": value}, "a.yaml").encoder


def test_ways_to_name_an_encoder(folder):
    plain = PretrainedEncoder(path=folder)
    assert source(folder) == source({"path": folder}) == plain
    assert source({"kind": "directory", "path": folder}) == plain
    assert source({"path": folder, "dropout": 0.2}).dropout == 0.2
    assert isinstance(source({"kind": "new", "vocabulary": folder}), NewEncoder)
    stacked = {"kind": "stacked", "path": folder, "num_layers": 4}
    assert isinstance(source(stacked), StackedEncoder)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("no/such/folder", "a.yaml: encoder.path: no such file or folder: 'no/such/folder'"),
        ("x" * 5000, "a.yaml: encoder.path: "),
        ({"pth": "x"}, "a.yaml: encoder.pth: unknown key; did you mean 'path'"),
        ({"kind": "nwe"}, "a.yaml: encoder.kind: unknown kind 'nwe'; expected one of: directory"),
        ({"vocabulary": "v", "num_layers": 2}, "encoder: expected `kind: new` beside vocabulary,"),
        ({"path": ".", "num_layers": 2}, "encoder: expected `kind: stacked` beside path, num_l"),
        (5, "a.yaml: encoder: "),
    ],
)
def test_mistakes_name_the_key(value, said):
    with pytest.raises(ConfigError, match=said):
        source(value)


def test_editors_accept_a_path():
    schema = pydantic.TypeAdapter(Example).json_schema()
    assert schema["$defs"]["PretrainedEncoder"]["type"] == ["object", "string"]
