"""The dual encoder reads both sides with one network."""

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.objectives.sentence_features import MISSING


@pytest.fixture(scope="module")
def encoder():
    return tiny.tiny_encoder()


def test_both_sides_go_through_the_same_encoder(encoder):
    objective = tiny.dual_encoder(encoder, margin=0.2, scale=5.0)
    features = tiny.features(objective, tiny.tiny_texts())
    loss, metrics = objective(features)
    names = ("input_word_ids", "input_mask", "input_type_ids")
    source, target = (
        encoder.embed({name: features[f"{side}_{name}"] for name in names}).numpy()
        for side in ("source", "target")
    )
    logits = 5.0 * (source @ target.T - 0.2 * np.eye(12))

    def cross_entropy(logits):
        return np.mean(np.log(np.exp(logits).sum(1)) - np.diag(logits))

    assert float(loss) == pytest.approx(cross_entropy(logits) + cross_entropy(logits.T), rel=1e-4)
    found = np.mean((source @ target.T).argmax(1) == np.arange(12))
    assert float(metrics["p_at_1"]) == pytest.approx(found)


def test_hard_negatives_go_through_the_same_encoder(encoder):
    objective = tiny.dual_encoder(encoder, inputs=tiny.hard_negatives(), margin=0.0, scale=5.0)
    texts = tiny.tiny_texts()
    features = tiny.features(objective, texts)
    missing = texts["negatives"].numpy() == b""
    assert missing.any()
    np.testing.assert_array_equal(features["negative_key"].numpy() == MISSING, missing)
    vectors = objective.embed(features).numpy()
    source, target = vectors[:, 0], vectors[:, 1]
    hard = vectors[:, 2:][~missing]
    # the second negative of every third pair is the same text, and no target
    forward = np.concatenate([source @ target.T, source @ hard.T], axis=1) * 5.0
    backward = target @ source.T * 5.0
    expected = sum(
        np.mean(np.log(np.exp(logits).sum(1)) - np.diag(logits)) for logits in (forward, backward)
    )
    assert float(objective(features)[0]) == pytest.approx(expected, rel=1e-4)


def test_cosines_are_float32_under_bfloat16():
    objective = tiny.dual_encoder(tiny.tiny_encoder(dtype="bfloat16"), margin=0.0, scale=100.0)
    features = tiny.features(objective, tiny.tiny_texts())
    vectors = objective.embed(features)
    assert vectors.dtype == tf.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=-1), 1.0, atol=1e-6)
    source, target = np.unstack(vectors.numpy().astype(np.float64), axis=1)
    logits = 100.0 * source @ target.T
    expected = sum(
        np.mean(np.log(np.exp(own - 100.0).sum(1)) + 100.0 - np.diag(own))
        for own in (logits, logits.T)
    )
    loss, _ = objective.compare(vectors, features)
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_equal_texts_have_equal_keys(encoder):
    objective = tiny.dual_encoder(encoder)
    texts = {"source": tf.constant(["a b", "a b", "a c"]), "target": tf.constant(["d", "e", "d"])}
    features = objective.prepare(texts, tf.constant([1, 1]), 8)
    source, target = features["source_key"].numpy(), features["target_key"].numpy()
    assert source[0] == source[1] != source[2]
    assert target[0] == target[2] != target[1]


def test_texts_with_equal_ids_have_equal_keys(encoder):
    objective = tiny.dual_encoder(encoder)
    texts = ["a b c d", "a  b c e", "a c b d", "a b"]  # truncated to two pieces; spaces; order
    features = objective.prepare(
        {"source": tf.constant(texts), "target": tf.constant(texts)}, tf.constant([1, 1]), 4
    )
    keys = features["source_key"].numpy()
    assert keys[0] == keys[1] == keys[3] != keys[2]
    np.testing.assert_array_equal(keys, features["target_key"])


def test_lengths_are_those_of_the_longer_side(encoder):
    objective = tiny.dual_encoder(encoder)
    texts = {"source": tf.constant(["a b c", "a"]), "target": tf.constant(["a", "abcd e"])}
    assert objective.lengths(texts).numpy().tolist() == [5, 7]
