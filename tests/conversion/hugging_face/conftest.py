"""A copy of the random BERT folder with changes, and what BERT in numpy gives for it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.bert_folder import SIZES
from tests.reference_bert import bert_states
from tfmling.modeling.encoder import Encoder

Change = Callable[..., Path]


def without(weights: dict[str, np.ndarray], part: str) -> dict[str, np.ndarray]:
    return {name: value for name, value in weights.items() if part not in name}


@pytest.fixture
def changed(hugging_face_folder, tmp_path) -> Change:
    """Copies the folder; `config` and `tokenizer` are merged (None removes a key)."""

    def change(config=None, tokenizer=None, weights=None, name="model", **files) -> Path:
        folder = tmp_path / name
        shutil.copytree(hugging_face_folder, folder)
        for file, changes in (("config.json", config), ("tokenizer_config.json", tokenizer)):
            values = json.loads((folder / file).read_text()) | (changes or {})
            values = {key: value for key, value in values.items() if value is not None}
            (folder / file).write_text(json.dumps(values))
        if weights is not None:
            save_weights(folder, weights)
        for file, content in files.items():
            path = folder / file.replace("__", ".")
            path.write_text(content if isinstance(content, str) else json.dumps(content))
        return folder

    return change


def save_weights(folder: Path, weights: dict[str, np.ndarray]) -> None:
    save_file(
        {name: np.ascontiguousarray(value) for name, value in weights.items()},
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )


def weights_of(folder: Path) -> dict[str, np.ndarray]:
    return load_file(folder / "model.safetensors")


def assert_equals_bert(
    encoder: Encoder, weights: dict[str, np.ndarray], inputs: dict[str, np.ndarray], atol=1e-4
) -> None:
    states, _ = bert_states(weights, SIZES, inputs)
    ours = encoder(inputs)["sequence_output"]
    difference = np.abs(ours - states[-1]) * inputs["input_mask"][:, :, None]
    assert difference.max() <= atol
