"""BERT's first release, written here by TensorFlow 1's own Saver: equal to BERT in numpy."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests.bert_folder import PIECES, SIZES
from tests.reference_bert import bert_states, masked_lm_logits
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.conversion.layout_files import UnsupportedLayoutError
from tfmling.modeling.heads import MaskedLMHead, NextSentenceHead

CONFIG = {
    "attention_probs_dropout_prob": 0.1,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "hidden_size": SIZES.width,
    "initializer_range": 0.02,
    "intermediate_size": SIZES.intermediate,
    "max_position_embeddings": SIZES.positions,
    "num_attention_heads": SIZES.heads,
    "num_hidden_layers": SIZES.layers,
    "type_vocab_size": 2,
    "vocab_size": SIZES.vocabulary,
}


def _released(name: str, value: np.ndarray) -> tuple[str, np.ndarray]:
    """Hugging Face's name and shape to those of google-research/bert."""
    if name.startswith("cls.seq_relationship"):
        return {
            "w": "cls/seq_relationship/output_weights",
            "b": "cls/seq_relationship/output_bias",
        }[name.rpartition(".")[2][0]], value
    if name == "cls.predictions.bias":
        return "cls/predictions/output_bias", value
    *path, last = name.replace("encoder.layer.", "encoder.layer_").split(".")
    if path[-1].endswith("_embeddings"):
        return "/".join(path), value
    if path[-1] == "LayerNorm":
        return "/".join([*path, {"weight": "gamma", "bias": "beta"}[last]]), value
    if last == "weight":
        return "/".join([*path, "kernel"]), value.T
    return "/".join([*path, "bias"]), value


@pytest.fixture(scope="module")
def folder(tmp_path_factory, bert_weights) -> Path:
    folder = tmp_path_factory.mktemp("multi_cased_L-3_H-12_A-3_")
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        for name, value in bert_weights.items():
            released, array = _released(name, value)
            tf.compat.v1.get_variable(released, initializer=array)
            if released.endswith("kernel"):  # as a checkpoint of a running training has them
                slot = np.zeros_like(array)
                tf.compat.v1.get_variable(f"{released}/adam_m", initializer=slot)
        tf.compat.v1.get_variable("global_step", initializer=7)
        tf.compat.v1.get_variable("current_loss_scale", initializer=2.0)
        tf.compat.v1.get_variable("good_steps", initializer=3)
        session.run(tf.compat.v1.global_variables_initializer())
        tf.compat.v1.train.Saver().save(session, str(folder / "bert_model.ckpt"))
    (folder / "bert_config.json").write_text(json.dumps(CONFIG))
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece in PIECES))
    return folder


def test_states_equal_bert(folder, bert_weights, token_inputs) -> None:
    encoder = load_encoder(str(folder))
    outputs = encoder(token_inputs)
    states, pooled = bert_states(bert_weights, SIZES, token_inputs)
    seen = token_inputs["input_mask"][:, :, None]
    for ours, reference in zip(outputs["encoder_outputs"], states, strict=True):
        np.testing.assert_allclose(ours * seen, reference * seen, atol=1e-4)
    np.testing.assert_allclose(outputs["pooled_output"], pooled, atol=1e-4)
    assert not encoder.vocabulary.lowercase  # the folder's name says cased
    assert encoder.backbone.dropout == 0.1


def test_heads_equal_bert(folder, bert_weights, token_inputs) -> None:
    encoder = load_encoder(str(folder), dropout=0.0)
    states, pooled = bert_states(bert_weights, SIZES, token_inputs)
    logits = MaskedLMHead(encoder)(states[-1].astype(np.float32), encoder.embedding_table)
    np.testing.assert_allclose(logits, masked_lm_logits(bert_weights, states[-1]), atol=1e-3)
    weight, bias = (bert_weights[f"cls.seq_relationship.{name}"] for name in ("weight", "bias"))
    ours = NextSentenceHead(encoder)(pooled.astype(np.float32))
    np.testing.assert_allclose(ours, pooled @ weight.T + bias, atol=1e-4)


def _copy(folder: Path, target: Path, **changes) -> str:
    shutil.copytree(folder, target)
    config = {name: value for name, value in (CONFIG | changes).items() if value is not None}
    (target / "bert_config.json").write_text(json.dumps(config))
    return str(target)


def test_the_config_overrides_the_name(folder, tmp_path) -> None:
    path = _copy(folder, tmp_path / "cased", do_lower_case=True)
    assert load_encoder(path).vocabulary.lowercase


def test_unknown_lower_casing_is_rejected(folder, tmp_path) -> None:
    with pytest.raises(ValueError, match="is text lower-cased"):
        load_encoder(_copy(folder, tmp_path / "model"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"num_hidden_layers": 4}, "lacks 16 weights of BERT, such as bert/encoder/layer_3"),
        (
            {"intermediate_size": 24},
            r"intermediate/dense/kernel: expected 288 values .* \(12, 20\)",
        ),
        ({"hidden_act": "relu"}, r"bert_config\.json: hidden_act: expected gelu .*, got 'relu'"),
    ],
)
def test_a_config_that_is_not_the_weights(folder, tmp_path, changes, message) -> None:
    with pytest.raises(ValueError, match=message):
        load_encoder(_copy(folder, tmp_path / "cased", **changes))


def _save(folder: Path, weights: dict[str, np.ndarray], prefix: str, **more) -> str:
    """A checkpoint of some weights under the name that training gives it."""
    folder.mkdir()
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        for name, value in weights.items():
            released, array = _released(name, value)
            tf.compat.v1.get_variable(released, initializer=array)
        for name, value in more.items():
            tf.compat.v1.get_variable(name, initializer=value)
        session.run(tf.compat.v1.global_variables_initializer())
        tf.compat.v1.train.Saver().save(session, str(folder / prefix))
    (folder / "checkpoint").unlink()
    (folder / "bert_config.json").write_text(json.dumps(CONFIG))
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece in PIECES))
    return str(folder)


def test_a_checkpoint_of_a_training_without_a_pooler(bert_weights, token_inputs, tmp_path) -> None:
    weights = {name: value for name, value in bert_weights.items() if "pooler" not in name}
    encoder = load_encoder(_save(tmp_path / "cased", weights, "model.ckpt-1000000"))
    states, _ = bert_states(bert_weights, SIZES, token_inputs)
    seen = token_inputs["input_mask"][:, :, None]
    np.testing.assert_allclose(
        encoder(token_inputs)["sequence_output"] * seen, states[-1] * seen, atol=1e-4
    )
    assert not encoder.has_pooler


def test_weights_that_no_part_uses_are_named(bert_weights, tmp_path) -> None:
    classifier = np.zeros((2, SIZES.width), np.float32)
    path = _save(tmp_path / "cased", bert_weights, "model.ckpt-20", output_weights=classifier)
    with pytest.raises(UnsupportedLayoutError, match="got 1 more, such as output_weights"):
        load_encoder(path)


def test_layers_beyond_the_config_are_named(folder, tmp_path) -> None:
    with pytest.raises(UnsupportedLayoutError, match="got 16 more, such as bert/encoder/layer_2"):
        load_encoder(_copy(folder, tmp_path / "cased", num_hidden_layers=2))


def test_several_checkpoints_are_rejected(bert_weights, tmp_path) -> None:
    path = Path(_save(tmp_path / "cased", bert_weights, "model.ckpt-20"))
    for file in list(path.glob("model.ckpt-20.*")):
        shutil.copy(file, path / file.name.replace("-20", "-30"))
    with pytest.raises(UnsupportedLayoutError, match=r"expected one checkpoint.*ckpt-20, model"):
        load_encoder(str(path))
    (path / "checkpoint").write_text('model_checkpoint_path: "model.ckpt-30"\n')
    assert load_encoder(str(path)).has_pooler


def test_a_checkpoint_that_misses_its_data_is_named(bert_weights, tmp_path) -> None:
    path = Path(_save(tmp_path / "cased", bert_weights, "model.ckpt-20"))
    next(path.glob("*.data-*")).unlink()
    with pytest.raises(UnsupportedLayoutError, match=r"model\.ckpt-20: expected a checkpoint"):
        load_encoder(str(path))
