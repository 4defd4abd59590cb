"""The dual encoder reads both sides with one network."""

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny


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


def test_equal_texts_have_equal_keys(encoder):
    objective = tiny.dual_encoder(encoder)
    texts = {"source": tf.constant(["a b", "a b", "a c"]), "target": tf.constant(["d", "e", "d"])}
    features = objective.prepare(texts, tf.constant([1, 1]), 8)
    source, target = features["source_key"].numpy(), features["target_key"].numpy()
    assert source[0] == source[1] != source[2]
    assert target[0] == target[2] != target[1]


def test_what_the_encoder_cannot_tell_apart_has_one_key(encoder):
    objective = tiny.dual_encoder(encoder)
    texts = ["a b c d", "a  b c e", "a c b d", "a b"]  # cut to two pieces; spaces; order
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
