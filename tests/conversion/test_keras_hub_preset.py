"""Folders of ours and KerasHub's presets: sizes, shapes and the description are checked."""

import json
import shutil

import keras_hub
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.bert_folder import PIECES
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.conversion.layout_files import UnsupportedLayoutError


@pytest.fixture(scope="module")
def saved(hugging_face_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    save_encoder(load_encoder(str(hugging_face_folder)), str(folder))
    return folder


@pytest.fixture
def folder(saved, tmp_path):
    shutil.copytree(saved, tmp_path / "model")
    return tmp_path / "model"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("num_layers", 2),
        ("num_layers", 4),
        ("num_heads", 6),
        ("hidden_dim", 6),
        ("intermediate_dim", 40),
        ("max_sequence_length", 8),
        ("num_segments", 1),
        ("vocabulary_size", 39),
    ],
)
def test_a_config_that_does_not_match_the_weights_is_rejected(folder, key, value):
    config = json.loads((folder / "config.json").read_text())
    config["config"][key] = value
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(UnsupportedLayoutError, match=r"model\.weights\.h5: expected \d+ arrays"):
        load_encoder(str(folder))


def test_a_lost_description_is_named(folder):
    (folder / "encoder.json").unlink()
    with pytest.raises(UnsupportedLayoutError, match=r"encoder\.json: no such file, though vocab"):
        load_encoder(str(folder))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("pooling", "median"),
        ("pooling", None),
        ("hidden_act", "relu"),
        ("lowercase", "yes"),
        ("layer_norm_epsilon", 2),
        ("max_text_length", "long"),
        ("sentence_layers", [{"kind": "lstm"}]),
        ("sentence_layers", [{"kind": "dense", "units": 4}]),
    ],
)
def test_a_description_with_an_impossible_value_is_named(folder, key, value):
    path = folder / "encoder.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    with pytest.raises(UnsupportedLayoutError, match=rf"encoder\.json: {key}: "):
        load_encoder(str(folder))


def test_a_description_of_an_older_release_is_read(folder, saved):
    path = folder / "encoder.json"
    old = ("lowercase", "pooling", "hidden_act", "vocabulary_sha256")
    path.write_text(json.dumps({key: json.loads(path.read_text())[key] for key in old}))
    encoder = load_encoder(str(folder))
    assert encoder.vocabulary == load_encoder(str(saved)).vocabulary
    assert (encoder.has_pooler, encoder.max_text_length) == (True, 16)


def test_truncated_weights_are_named(folder):
    path = folder / "model.weights.h5"
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(UnsupportedLayoutError, match=r"model\.weights\.h5: expected weights"):
        load_encoder(str(folder))


def test_lost_weights_are_named(folder):
    (folder / "model.weights.h5").unlink()
    with pytest.raises(FileNotFoundError, match=r"model\.weights\.h5: no such file"):
        load_encoder(str(folder))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda heads: heads | {"masked_lm/bias": np.zeros(39, np.float32)}, r"\[40\] .* \[39\]"),
        (lambda heads: heads | {"ranker": np.zeros(2, np.float32)}, "got ranker"),
        (
            lambda heads: {n: v for n, v in heads.items() if n != "masked_lm/norm/beta"},
            "masked_lm/norm/beta is missing",
        ),
    ],
)
def test_heads_that_do_not_fit_are_named(folder, change, message):
    path = folder / "heads.safetensors"
    save_file(change(load_file(path)), path)
    with pytest.raises(UnsupportedLayoutError, match=rf"heads\.safetensors: .*{message}"):
        load_encoder(str(folder))


@pytest.mark.parametrize("lowercase", [True, False])
@pytest.mark.parametrize("strip_accents", [True, False])
def test_split_options_of_a_preset_are_used(tmp_path, lowercase, strip_accents):
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=43, num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=8
    )
    backbone.save_to_preset(str(tmp_path))
    keras_hub.models.BertTokenizer(
        vocabulary=PIECES, lowercase=lowercase, strip_accents=strip_accents
    ).save_to_preset(str(tmp_path))
    encoder = load_encoder(str(tmp_path))
    assert encoder.vocabulary.split_options == (lowercase, strip_accents, True)
    assert len(encoder.vocabulary) == 43  # as many as the table has rows


def test_a_preset_of_a_task_is_rejected(tmp_path):
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(PIECES), num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=8,
        max_sequence_length=8,
    )  # fmt: skip
    tokenizer = keras_hub.models.BertTokenizer(vocabulary=PIECES)
    preprocessor = keras_hub.models.BertMaskedLMPreprocessor(tokenizer, sequence_length=8)
    task = keras_hub.models.BertMaskedLM(backbone=backbone, preprocessor=preprocessor)
    task.save_to_preset(str(tmp_path / "task"))
    with pytest.raises(UnsupportedLayoutError, match=r"task.weights.h5: .* head of 'BertMaskedLM'"):
        load_encoder(str(tmp_path / "task"))
    preset = keras_hub.models.Backbone.from_preset(str(tmp_path / "task"))
    preset.save_to_preset(str(tmp_path / "backbone"))
    tokenizer.save_to_preset(str(tmp_path / "backbone"))
    assert load_encoder(str(tmp_path / "backbone")).hidden_dim == 8


def test_a_preset_of_another_tokenizer_is_rejected(tmp_path):
    keras_hub.models.BertBackbone(
        vocabulary_size=40, num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=8
    ).save_to_preset(str(tmp_path))
    keras_hub.models.BertTokenizer(vocabulary=PIECES, split=False).save_to_preset(str(tmp_path))
    with pytest.raises(UnsupportedLayoutError, match=r"tokenizer\.json: config\.split: expected"):
        load_encoder(str(tmp_path))
