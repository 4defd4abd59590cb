"""Every tensor of a checkpoint is used, ignored with a note, or rejected."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.bert_folder import SIZES
from tests.conversion.hugging_face.conftest import (
    assert_equals_bert,
    save_weights,
    weights_of,
    without,
)
from tests.reference_bert import bert_states, masked_lm_logits
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.conversion.hugging_face.write import write as write_hugging_face
from tfmling.conversion.layout_files import UnsupportedLayoutError
from tfmling.conversion.safetensors_files import write_tensors
from tfmling.modeling.encoder import PoolingError
from tfmling.modeling.heads import MaskedLMHead

SHARDS = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")


def write_shards(folder, weights) -> None:
    """Pooler and heads are in the second shard."""
    (folder / "model.safetensors").unlink()
    is_second = {name: "pooler" in name or name.startswith("cls.") for name in weights}
    for number, shard in enumerate(SHARDS):
        own = {name: value for name, value in weights.items() if is_second[name] == bool(number)}
        save_file(own, folder / shard, metadata={"format": "pt"})
    index = {"weight_map": {name: SHARDS[second] for name, second in is_second.items()}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def written_again(encoder, path) -> dict[str, np.ndarray]:
    """What is left after our own folder and the Hugging Face writer."""
    save_encoder(encoder, str(path / "ours"))
    write_hugging_face(load_encoder(str(path / "ours")), str(path / "theirs"))
    return weights_of(path / "theirs")


def assert_same(found, expected) -> None:
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_array_equal(found[name], value, err_msg=name)


def test_shards_are_read_whole(changed, bert_weights, token_inputs, tmp_path):
    folder = changed()
    write_shards(folder, bert_weights)
    encoder = load_encoder(str(folder))
    _, pooled = bert_states(bert_weights, SIZES, token_inputs)
    np.testing.assert_allclose(encoder(token_inputs)["pooled_output"], pooled, atol=1e-4)
    assert_same(written_again(encoder, tmp_path), bert_weights)


def test_a_missing_shard_is_named(changed, bert_weights):
    folder = changed()
    write_shards(folder, bert_weights)
    (folder / SHARDS[1]).unlink()
    with pytest.raises(UnsupportedLayoutError, match=r"index\.json: weight_map: .*00002-of-00002"):
        load_encoder(str(folder))


def test_a_shard_without_its_tensor_is_named(changed, bert_weights):
    folder = changed()
    write_shards(folder, bert_weights)
    save_file({"cls.predictions.bias": bert_weights["cls.predictions.bias"]}, folder / SHARDS[1])
    with pytest.raises(UnsupportedLayoutError, match=r"00002-of-00002.*: expected the tensor"):
        load_encoder(str(folder))


def test_an_index_beside_a_whole_file_is_named(changed, capsys):
    folder = changed(**{"model__safetensors__index__json": {"weight_map": {"a": "b"}}})
    load_encoder(str(folder))
    assert "index.json is ignored: model.safetensors is read" in capsys.readouterr().err


def test_without_a_pooler(changed, bert_weights, token_inputs, tmp_path):
    weights = without(bert_weights, "pooler")
    encoder = load_encoder(str(changed(weights=weights)))
    states, _ = bert_states(bert_weights, SIZES, token_inputs)
    assert_equals_bert(encoder, bert_weights, token_inputs)
    np.testing.assert_allclose(encoder(token_inputs)["pooled_output"], states[-1][:, 0], atol=1e-4)
    with pytest.raises(PoolingError, match="hold no pooler"):
        encoder.pooling = "pooler"
    assert_same(written_again(encoder, tmp_path), weights)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_rejected(changed, bert_weights, value):
    weights = {name: tensor.copy() for name, tensor in bert_weights.items()}
    weights["bert.encoder.layer.1.output.dense.weight"][3, 4] = value
    with pytest.raises(UnsupportedLayoutError, match=r"layer\.1\.output.*got 1 of .* nan or infin"):
        load_encoder(str(changed(weights=weights)))


def test_other_weights_are_named(changed):
    folder = changed()
    (folder / "model.safetensors").rename(folder / "model.fp16.safetensors")
    (folder / "tf_model.h5").write_bytes(b"")
    with pytest.raises(
        FileNotFoundError, match=r"but model\.fp16\.safetensors, tf_model\.h5; write"
    ):
        load_encoder(str(folder))


def test_a_file_is_rejected(changed):
    with pytest.raises(UnsupportedLayoutError, match="expected the folder of an encoder, got a f"):
        load_encoder(str(changed() / "model.safetensors"))


def test_an_incomplete_pooler_is_rejected(changed, bert_weights):
    folder = changed(weights=without(bert_weights, "pooler.dense.bias"))
    with pytest.raises(UnsupportedLayoutError, match="all weights of the pooler or none"):
        load_encoder(str(folder))


def test_a_tied_table_under_the_decoders_name(
    changed, bert_weights, token_inputs, tmp_path, capsys
):
    """As safetensors.torch.save_model leaves it: one of two names that share memory."""
    weights = dict(bert_weights)
    weights["cls.predictions.decoder.weight"] = weights.pop(
        "bert.embeddings.word_embeddings.weight"
    )
    encoder = load_encoder(str(changed(weights=weights)))
    assert "decoder.weight is read as the embedding table" in capsys.readouterr().err
    assert_equals_bert(encoder, bert_weights, token_inputs)
    assert_same(written_again(encoder, tmp_path), bert_weights)
    untied = changed({"tie_word_embeddings": False}, weights=weights, name="untied")
    with pytest.raises(UnsupportedLayoutError, match="word_embeddings"):
        load_encoder(str(untied))


def test_an_untied_decoder(changed, bert_weights, token_inputs, tmp_path):
    decoder = np.random.default_rng(1).normal(size=(40, 12)).astype(np.float32)
    bias = bert_weights["cls.predictions.bias"]
    weights = bert_weights | {
        "cls.predictions.decoder.weight": decoder,
        "cls.predictions.decoder.bias": bias.copy(),
    }
    encoder = load_encoder(str(changed({"tie_word_embeddings": False}, weights=weights)))
    states, _ = bert_states(bert_weights, SIZES, token_inputs)
    logits = MaskedLMHead(encoder)(states[-1].astype(np.float32), encoder.embedding_table)
    table = "bert.embeddings.word_embeddings.weight"
    expected = masked_lm_logits(bert_weights | {table: decoder}, states[-1])
    np.testing.assert_allclose(logits, expected, atol=1e-3)
    assert_same(written_again(encoder, tmp_path), weights)
    config = json.loads((tmp_path / "theirs" / "config.json").read_text())
    assert config["tie_word_embeddings"] is False


def test_a_decoder_that_the_config_ties_is_ignored(changed, bert_weights, capsys):
    decoder = {"cls.predictions.decoder.weight": np.ones((40, 12), np.float32)}
    load_encoder(str(changed(weights=bert_weights | decoder)))
    assert "cls.predictions.decoder.weight is ignored" in capsys.readouterr().err


def test_a_missing_untied_decoder_is_rejected(changed):
    with pytest.raises(UnsupportedLayoutError, match=r"config\.json: tie_word_embeddings"):
        load_encoder(str(changed({"tie_word_embeddings": False})))


@pytest.mark.parametrize(("is_tied", "ignored"), [(True, "decoder.bias"), (False, "bias")])
def test_of_two_biases_transformers_choice_is_read(changed, bert_weights, capsys, is_tied, ignored):
    weights = bert_weights | {
        "cls.predictions.decoder.bias": np.ones(40, np.float32),
        "cls.predictions.decoder.weight": bert_weights["bert.embeddings.word_embeddings.weight"],
    }
    encoder = load_encoder(str(changed({"tie_word_embeddings": is_tied}, weights=weights)))
    expected = bert_weights["cls.predictions.bias"] if is_tied else np.ones(40)
    np.testing.assert_array_equal(encoder.head_weights["masked_lm/bias"], expected)
    assert f"cls.predictions.{ignored} is ignored" in capsys.readouterr().err


def test_an_incomplete_head_is_rejected(changed, bert_weights):
    folder = changed(weights=without(bert_weights, "transform.dense.bias"))
    with pytest.raises(UnsupportedLayoutError, match="all weights of the masked-LM head or none"):
        load_encoder(str(folder))


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ({"classifier.weight": (2, 12)}, r"classifier\.weight: expected the weights of a BERT"),
        ({"module.x": (1,)}, r"module\.x: expected"),
        ({"bert.encoder.layer.3.output.dense.bias": (12,)}, "num_hidden_layers: .* layer 3"),
        ({"embeddings.word_embeddings.weight": (40, 12)}, "expected each weight once"),
    ],
)
def test_unknown_tensors_are_rejected(changed, bert_weights, extra, message):
    more = {name: np.zeros(shape, np.float32) for name, shape in extra.items()}
    with pytest.raises(UnsupportedLayoutError, match=message):
        load_encoder(str(changed(weights=bert_weights | more)))


def test_indices_are_named_as_ignored(changed, bert_weights, capsys):
    more = {"bert.embeddings.position_ids": np.arange(16)[None]}
    load_encoder(str(changed(weights=bert_weights | more)))
    assert "position_ids ignored: indices, no weights" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["prefix", "gamma", "float16"])
def test_old_and_new_names_and_types(changed, bert_weights, token_inputs, kind):
    expected = bert_weights
    if kind == "prefix":
        weights = {name.removeprefix("bert."): value for name, value in bert_weights.items()}
    elif kind == "gamma":
        weights = {
            name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
                "LayerNorm.bias", "LayerNorm.beta"
            ): value
            for name, value in bert_weights.items()
        }
    else:
        weights = {name: value.astype(np.float16) for name, value in bert_weights.items()}
        expected = {name: value.astype(np.float32) for name, value in weights.items()}
    encoder = load_encoder(str(changed(weights=weights)))
    assert_equals_bert(encoder, expected, token_inputs)
    assert set(encoder.head_weights) >= {"masked_lm/norm/gamma", "next_sentence/dense/kernel"}


def test_bfloat16_is_read(changed, bert_weights, token_inputs):
    import ml_dtypes

    weights = {name: value.astype(ml_dtypes.bfloat16) for name, value in bert_weights.items()}
    expected = {name: value.astype(np.float32) for name, value in weights.items()}
    assert_equals_bert(load_encoder(str(changed(weights=weights))), expected, token_inputs)


def test_quantized_weights_are_rejected(changed, bert_weights):
    name = "bert.pooler.dense.weight"
    weights = bert_weights | {name: bert_weights[name].astype(np.int8)}
    with pytest.raises(
        UnsupportedLayoutError, match=r"pooler\.dense\.weight: expected F64.*got I8"
    ):
        load_encoder(str(changed(weights=weights)))


def test_a_truncated_file_is_named(changed):
    folder = changed()
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(UnsupportedLayoutError, match=r"model\.safetensors: expected a safetensors"):
        load_encoder(str(folder))


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"num_hidden_layers": 2}, "num_hidden_layers: expected the number of layers"),
        ({"num_hidden_layers": 4}, "weights of the BERT .* 16 are missing"),
        ({"intermediate_size": 24}, r"expected the shape \[24.* got \[20"),
        ({"vocab_size": 41}, r"word_embeddings.weight: expected the shape \[41, 12\]"),
        ({"max_position_embeddings": 12}, r"position_embeddings.weight: expected the shape \[12"),
        ({"type_vocab_size": 1}, r"token_type_embeddings.weight: expected the shape \[1, 12\]"),
        ({"num_attention_heads": 5}, "num_attention_heads: expected a divisor"),
        ({"hidden_size": "12"}, "hidden_size: expected a whole number"),
    ],
)
def test_sizes_that_do_not_match_the_weights(changed, config, message):
    with pytest.raises(UnsupportedLayoutError, match=message):
        load_encoder(str(changed(config)))


def test_one_segment(changed, bert_weights, token_inputs, tmp_path):
    name = "bert.embeddings.token_type_embeddings.weight"
    weights = bert_weights | {name: bert_weights[name][:1]}
    encoder = load_encoder(str(changed({"type_vocab_size": 1}, weights=weights)))
    alone = token_inputs | {"input_type_ids": np.zeros_like(token_inputs["input_type_ids"])}
    assert_equals_bert(encoder, bert_weights, alone)
    np.testing.assert_array_equal(encoder(token_inputs)["default"], encoder(alone)["default"])
    assert_same(written_again(encoder, tmp_path), weights)


def test_additional_rows_become_unused_pieces(
    changed, bert_weights, token_inputs, tmp_path, capsys
):
    grown = dict(bert_weights)
    rows = np.random.default_rng(2).normal(size=(5, 12)).astype(np.float32)
    table, bias = "bert.embeddings.word_embeddings.weight", "cls.predictions.bias"
    grown[table] = np.concatenate([grown[table], rows])
    grown[bias] = np.concatenate([grown[bias], rows[:, 0]])
    encoder = load_encoder(str(changed({"vocab_size": 45}, weights=grown)))
    assert "45 rows for 40 pieces" in capsys.readouterr().err
    assert_equals_bert(encoder, bert_weights, token_inputs)
    assert_same(written_again(encoder, tmp_path), grown)
    assert encoder.vocabulary.pieces[40:] == tuple(f"[unused{n}]" for n in range(1, 6))


def test_weights_of_all_folders_have_the_mode_of_the_umask(tmp_path, hugging_face_folder):
    probe = tmp_path / "probe"
    probe.write_text("")
    mode = probe.stat().st_mode & 0o777
    encoder = load_encoder(str(hugging_face_folder))
    save_encoder(encoder, str(tmp_path / "ours"))
    write_hugging_face(encoder, str(tmp_path / "theirs"))
    write_tensors({"a": np.zeros(2, np.float32)}, tmp_path / "new" / "a.safetensors")
    written = [*tmp_path.rglob("*.safetensors"), *tmp_path.rglob("*.h5")]
    assert len(written) == 4
    assert {path.stat().st_mode & 0o777 for path in written} == {mode}


def test_layer_norm_eps_is_honoured(changed, bert_weights):
    save_weights(folder := changed({"layer_norm_eps": 1e-3}), bert_weights)
    assert load_encoder(str(folder)).layer_norm_epsilon == 1e-3
