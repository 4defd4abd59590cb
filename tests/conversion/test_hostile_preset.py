"""A preset of a stranger names no code: config.json of an encoder folder is only data."""

import json
from pathlib import Path

import pytest

from tfmling.conversion.encoder_folder import load_encoder
from tfmling.core.errors import UserError

LAMBDA = {"class_name": "__lambda__", "config": {"value": ["4wAAAA==", None, None]}}


def objects():
    yield {"module": "evil.train", "class_name": "Policy", "config": {}, "registered_name": "x"}
    yield {"module": "os", "class_name": "function", "config": "system", "registered_name": "x"}
    yield {"module": "builtins", "class_name": "function", "config": "eval"}
    yield {"module": "keras.layers", "class_name": "Lambda", "config": {"function": LAMBDA}}
    yield LAMBDA


@pytest.fixture
def preset(tmp_path, monkeypatch):
    """A folder of a KerasHub preset; `evil` can be imported and then leaves a file."""
    package = tmp_path / "site/evil"
    package.mkdir(parents=True)
    for name in ("__init__", "train"):
        (package / f"{name}.py").write_text(
            f"from pathlib import Path\nPath({str(tmp_path / 'ran')!r}).touch()\n"
        )
    monkeypatch.syspath_prepend(tmp_path / "site")
    folder = tmp_path / "preset"
    (folder / "assets/tokenizer").mkdir(parents=True)
    (folder / "model.weights.h5").touch()
    (folder / "assets/tokenizer/vocabulary.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n")
    (folder / "tokenizer.json").write_text('{"config": {"lowercase": true}}')
    (folder / "metadata.json").write_text("{}")
    return folder


@pytest.mark.parametrize("hostile", objects(), ids=lambda value: value["class_name"])
@pytest.mark.parametrize("key", ["dtype", "hidden_dim", "nested"])
def test_objects_of_other_code_are_rejected(preset, hostile, key, tmp_path):
    values = {"vocabulary_size": 5, "num_layers": 1, "num_heads": 1, "hidden_dim": 4}
    values |= {"intermediate_dim": 4, "max_sequence_length": 8}
    values |= {"dtype": {"a": [hostile]}} if key == "nested" else {key: hostile}
    config = {"module": "keras_hub.src.models.bert.bert_backbone", "class_name": "BertBackbone"}
    (preset / "config.json").write_text(json.dumps(config | {"config": values}))
    with pytest.raises(UserError, match=r"config\.json: expected classes of Keras and KerasHub"):
        load_encoder(str(preset))
    assert not Path(tmp_path / "ran").exists()
