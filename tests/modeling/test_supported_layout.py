"""Folders that are no base are refused with what to do, before their weights are touched."""

import json

import pydantic
import pytest

from tfmling.modeling.settings import PretrainedEncoder
from tfmling.modeling.supported_layout import UnsupportedLayoutError, check_layout


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


def test_a_pickle_beside_safetensors_is_left_alone(tmp_path):
    check_layout(_write(tmp_path, {"model_type": "bert"}, "pytorch_model.bin", "model.safetensors"))


@pytest.mark.parametrize(
    ("config", "name"),
    [
        ({"model_type": "xlm-roberta"}, "sentencepiece.bpe.model"),
        ({"class_name": "XLMRobertaBackbone"}, "assets/tokenizer/vocabulary.spm"),
        ({}, "sentencepiece.bpe.model"),
        ({"model_type": "distilbert"}, "model.safetensors"),
    ],
)
def test_other_networks_are_named(tmp_path, config, name):
    with pytest.raises(UnsupportedLayoutError, match="expected a BERT with a WordPiece") as error:
        check_layout(_write(tmp_path, config, name))
    assert str(next(iter(config.values()), "SentencePiece")) in str(error.value)


@pytest.mark.parametrize("config", [{"model_type": "bert"}, {"class_name": "BertBackbone"}, {}])
def test_a_bert_passes(tmp_path, config):
    check_layout(_write(tmp_path, config, "model.safetensors"))


def test_a_config_says_so_at_once(tmp_path):
    _write(tmp_path, {"model_type": "xlm-roberta"}, "sentencepiece.bpe.model")
    with pytest.raises(pydantic.ValidationError, match="got xlm-roberta"):
        PretrainedEncoder(kind="directory", path=str(tmp_path))
