"""A model that is not what was written is never loaded."""

import json

import pytest

from tests.tiny import tiny_encoder
from tests.written import finish_output
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.core.manifest import DamagedError
from tfmling.embedding.load_embedder import load_embedder
from tfmling.modeling.heads import PretrainingHeads
from tfmling.tokenizers.vocabulary_files import read_vocabulary


@pytest.fixture
def folder(tmp_path):
    """An encoder with pretraining heads that a command wrote."""
    encoder = tiny_encoder()
    heads = PretrainingHeads(encoder)
    assert heads.masked_lm
    encoder.head_weights.update(heads.weights())
    save_encoder(encoder, str(tmp_path / "encoder"))
    finish_output(str(tmp_path / "encoder"), "train")
    return tmp_path / "encoder"


def flip(path):
    data = bytearray(path.read_bytes())
    data[-20] ^= 16
    path.write_bytes(data)


def fewer_layers(path):
    text = path.read_text()
    assert '"num_layers": 2' in text
    path.write_text(text.replace('"num_layers": 2', '"num_layers": 1'))


DAMAGES = {
    "model.weights.h5": flip,
    "heads.safetensors": flip,
    "config.json": fewer_layers,
    "encoder.json": lambda path: path.unlink(),
    "vocab.txt": lambda path: path.write_text("".join(path.read_text().splitlines(True)[:-1])),
    "assets/tokenizer/vocabulary.txt": lambda path: path.write_text(""),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_encoder_is_one_line(folder, name):
    load_encoder(str(folder))
    DAMAGES[name](folder / name)
    for load in (load_encoder, lambda path: load_embedder(path, None, 8)):
        with pytest.raises(DamagedError) as raised:
            load(str(folder))
        assert str(raised.value).startswith(f"{folder}/{name}: damaged: expected ")
        assert "\n" not in str(raised.value)


def test_a_truncated_vocabulary_is_found_without_the_encoder(folder):
    DAMAGES["vocab.txt"](folder / "vocab.txt")
    with pytest.raises(DamagedError, match=r"vocab\.txt: damaged"):
        read_vocabulary(str(folder), lowercase=False)


def test_folders_of_others_are_loaded_without_a_manifest(folder):
    (folder / "MANIFEST.json").unlink()
    (folder.parent / "MANIFEST.json").write_text(json.dumps({"name": "of another program"}))
    load_encoder(str(folder))
