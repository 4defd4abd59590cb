"""Unsupported folders are rejected with a hint, before their weights are read."""

import json

import pydantic
import pytest

from tfmling.conversion.encoder_folder import load_encoder
from tfmling.conversion.layout_files import UnsupportedLayoutError
from tfmling.conversion.settings import PretrainedEncoder
from tfmling.conversion.supported_layout import check_layout


def _write(folder, config: dict, *names: str):
    (folder / "config.json").write_text(json.dumps(config))
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"\x80")
    return folder


def test_a_pickle_is_not_opened(tmp_path):
    _write(tmp_path, {"model_type": "bert"}, "pytorch_model.bin")
    with pytest.raises(UnsupportedLayoutError, match=r"pytorch_model\.bin: expected model\.safet"):
        check_layout(tmp_path)


def test_a_pickle_beside_safetensors_is_ignored(tmp_path):
    check_layout(_write(tmp_path, {"model_type": "bert"}, "pytorch_model.bin", "model.safetensors"))


@pytest.mark.parametrize(
    ("config", "name"),
    [
        ({"model_type": "albert"}, "spiece.model"),
        ({"class_name": "DebertaV3Backbone"}, "assets/tokenizer/vocabulary.spm"),
        ({}, "sentencepiece.bpe.model"),
        ({"model_type": "distilbert"}, "model.safetensors"),
    ],
)
def test_other_networks_are_named(tmp_path, config, name):
    with pytest.raises(UnsupportedLayoutError, match="expected a BERT or an XLM-R") as error:
        check_layout(_write(tmp_path, config, name))
    named = str(next(iter(config.values()), "SentencePiece")).lower().removesuffix("backbone")
    assert named in str(error.value).lower()


@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "bert"},
        {"class_name": "BertBackbone"},
        {"model_type": "xlm-roberta"},
        {"class_name": "XLMRobertaBackbone"},
        {},
    ],
)
def test_a_bert_and_an_xlm_r_pass(tmp_path, config):
    check_layout(_write(tmp_path, config, "model.safetensors"))


@pytest.mark.parametrize("changes", [{"hidden_act": "relu"}, {"hidden_act": "silu"}])
def test_other_activations_are_rejected(tmp_path, changes):
    folder = _write(tmp_path, {"model_type": "bert"} | changes, "model.safetensors")
    with pytest.raises(UnsupportedLayoutError, match=r"config\.json: hidden_act: expected gelu or"):
        check_layout(folder)


def test_other_positions_are_rejected(tmp_path):
    relative = {"model_type": "bert", "position_embedding_type": "relative_key"}
    with pytest.raises(UnsupportedLayoutError, match="expected absolute, got 'relative_key'"):
        check_layout(_write(tmp_path, relative, "model.safetensors"))


def test_a_remote_encoder_is_rejected():
    with pytest.raises(UnsupportedLayoutError, match="memory://b/base: expected a local folder"):
        load_encoder("memory://b/base")


def test_settings_are_checked_before_loading(tmp_path):
    _write(tmp_path, {"model_type": "albert"}, "spiece.model")
    with pytest.raises(pydantic.ValidationError, match="got albert"):
        PretrainedEncoder(kind="directory", path=str(tmp_path))
