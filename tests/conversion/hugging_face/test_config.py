"""config.json: what transformers would read with defaults is read; other networks are named."""

import pytest

from tests.conversion.hugging_face.conftest import assert_equals_bert
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.conversion.layout_files import UnsupportedLayoutError


@pytest.mark.parametrize("missing", ["hidden_act", "model_type", "layer_norm_eps", "architectures"])
def test_keys_with_a_default_may_be_missing(changed, bert_weights, token_inputs, missing):
    encoder = load_encoder(str(changed({missing: None})))
    assert_equals_bert(encoder, bert_weights, token_inputs)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("is_decoder", True),
        ("add_cross_attention", True),
        ("position_embedding_type", "relative_key"),
        ("hidden_act", "relu"),
        ("quantization_config", {"quant_method": "gptq"}),
        ("auto_map", {"AutoModel": "modeling.JinaBert"}),
        ("pruned_heads", {"0": [1]}),
        ("embedding_size", 6),
        ("layer_norm_eps", "1e-12"),
    ],
)
def test_other_networks_are_rejected_by_key(changed, key, value):
    with pytest.raises(UnsupportedLayoutError, match=rf"config\.json: {key}: expected"):
        load_encoder(str(changed({key: value})))


def test_a_network_without_model_type_is_known_by_its_architecture(changed):
    folder = changed({"model_type": None, "architectures": ["AlbertForMaskedLM"]})
    with pytest.raises(UnsupportedLayoutError, match="expected a BERT or an XLM-R, got albert"):
        load_encoder(str(folder))


def test_broken_json_is_named_with_its_line(changed):
    folder = changed(config__json='{"model_type": "bert",\n "vocab_size": }')
    with pytest.raises(UnsupportedLayoutError, match=r"config\.json:2: expected JSON"):
        load_encoder(str(folder))


def test_an_adapter_is_rejected(changed):
    with pytest.raises(UnsupportedLayoutError, match=r"adapter_config\.json: expected a whole"):
        load_encoder(str(changed(adapter_config__json={"peft_type": "LORA"})))


def test_another_dropout_of_attention_is_named(changed, capsys):
    folder = changed({"hidden_dropout_prob": 0.2, "attention_probs_dropout_prob": 0.0})
    assert load_encoder(str(folder)).backbone.dropout == 0.2
    assert "attention_probs_dropout_prob 0.0 is read as" in capsys.readouterr().err
