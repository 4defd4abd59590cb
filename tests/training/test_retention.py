"""Retention guards: by hand, and in whole runs."""

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.core.config import build
from tfmling.core.config_errors import ConfigError
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary
from tfmling.training.retention import RetentionGuard
from tfmling.training.run_training import run_training
from tfmling.training.settings import Retention, Train

OLD = 20  # of 37 rows


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("data")
    save_encoder(tiny.tiny_encoder(), str(folder / "base"))
    short = WordPieceVocabulary(tiny.VOCABULARY.pieces[:OLD], False)
    save_encoder(tiny.tiny_encoder(vocabulary=short), str(folder / "short"))
    return {
        "records": tiny.write_records(folder / "records"),
        "base": str(folder / "base"),
        "short": str(folder / "short"),
    }


def _train(data, output, **retention):
    """Three steps with a weight decay that would be visible on any row."""
    inputs = tiny.inputs("sentences", data["records"], global_batch_size=8)
    values = {
        "output": str(output),
        "encoder": {"kind": "directory", "path": data["base"], "dropout": 0.0},
        "tasks": [{"name": "mlm", "kind": "masked_lm", "inputs": inputs}],
        "optimizer": {"learning_rate": 0.01, "weight_decay": 0.5},
        "runtime": {"steps_per_loop": 3},
        "steps": 3,
        "checkpoint_every": 3,
        "retention": retention,
    }
    run_training(build(Train, values, "test"))
    return load_encoder(str(output))


def test_frozen_rows_are_bit_equal_after_three_steps(data, tmp_path) -> None:
    start = load_encoder(data["base"])
    trained = _train(data, tmp_path / "out", base=data["short"], freeze_old_rows=True)
    before, after = start.embedding_table.numpy(), trained.embedding_table.numpy()
    np.testing.assert_array_equal(after[:OLD], before[:OLD])
    assert (np.abs(after[OLD:] - before[OLD:]).max(axis=1) > 0).all()
    kernel = start.backbone.pooled_dense.kernel.numpy()  # everything else is decayed and trained
    assert np.abs(trained.backbone.pooled_dense.kernel.numpy() - kernel).max() > 0


def test_lora_freezes_the_layers_and_saves_merged_weights(data, tmp_path) -> None:
    start = load_encoder(data["base"])
    trained = _train(data, tmp_path / "out", lora_rank=2)
    changed = {
        old.path
        for old, new in zip(start.variables, trained.variables, strict=True)
        if np.any(old.numpy() != new.numpy())
    }
    layers = [f"transformer_layer_{n}/self_attention_layer" for n in (0, 1)]
    expected = {f"{layer}/{part}/kernel" for layer in layers for part in ("query", "value")}
    assert changed == expected | {"token_embedding/embeddings"}


def test_the_anchor_by_hand(data) -> None:
    encoder = tiny.tiny_encoder()
    kernel, head = encoder.backbone.pooled_dense.kernel, tiny.masked_lm(encoder).head.bias
    table = encoder.embedding_table
    settings = Retention(anchor_strength=0.25, base=data["short"])
    guard = RetentionGuard(settings, encoder, [kernel, head, table])
    for variable in (kernel, head, table):
        variable.assign(variable + 2.0)
    guarded = guard([tf.ones(variable.shape) for variable in (kernel, head, table)])
    np.testing.assert_allclose(guarded[0], np.full(kernel.shape, 1.5))  # 1 + 0.25 x 2
    np.testing.assert_array_equal(guarded[1], np.ones(head.shape))
    np.testing.assert_allclose(guarded[2][:OLD], np.full((OLD, 16), 1.5), rtol=1e-6)
    np.testing.assert_array_equal(guarded[2][OLD:], np.ones((37 - OLD, 16)))


def test_the_anchor_is_the_gradient_of_the_penalty() -> None:
    encoder = tiny.tiny_encoder()
    kernel = encoder.backbone.pooled_dense.kernel
    guard = RetentionGuard(Retention(anchor_strength=3.0), encoder, [kernel])
    start = kernel.numpy()
    kernel.assign(kernel + tf.random.stateless_normal(kernel.shape, (1, 2)))
    with tf.GradientTape() as tape:
        penalty = 3.0 / 2 * tf.reduce_sum((kernel.value - start) ** 2)
    expected = tape.gradient(penalty, kernel.value)
    np.testing.assert_allclose(guard([tf.zeros(kernel.shape)])[0], expected, rtol=1e-6)


@pytest.mark.slow
def test_anchored_run_stays_closer_to_its_start(data, tmp_path) -> None:
    start = load_encoder(data["base"]).backbone.pooled_dense.kernel.numpy()
    free, anchored = (
        _train(data, tmp_path / str(strength), anchor_strength=strength) for strength in (0.0, 1e3)
    )
    distances = [
        np.linalg.norm(encoder.backbone.pooled_dense.kernel.numpy() - start)
        for encoder in (free, anchored)
    ]
    assert distances[1] < distances[0]


def test_without_guards_gradients_do_not_change() -> None:
    encoder = tiny.tiny_encoder()
    guard = RetentionGuard(Retention(), encoder, encoder.trainable_variables)
    gradients = [tf.ones(variable.shape) for variable in encoder.trainable_variables]
    assert all(own is given for own, given in zip(guard(gradients), gradients, strict=True))
    assert guard.frozen_rows == []


def test_wrong_base_is_rejected(tmp_path) -> None:
    pieces = (*tiny.VOCABULARY.pieces[:8], "other")
    other = tiny.tiny_encoder(vocabulary=WordPieceVocabulary(pieces, False))
    save_encoder(other, str(tmp_path))
    with pytest.raises(ValueError, match=r"37 pieces do not begin with the 9 of"):
        RetentionGuard(Retention(base=str(tmp_path)), tiny.tiny_encoder(), [])


def test_frozen_rows_need_a_base(data, tmp_path) -> None:
    with pytest.raises(ConfigError, match="needs base"):
        _train(data, tmp_path, freeze_old_rows=True)
