"""Taggers learn, leave alone what they should, and compile; mixes and losses by hand."""

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.tagging.crf import allowed_transitions
from tfmling.tagging.crf_tagger import CrfTagger, ScalarMix
from tfmling.tagging.linear_tagger import LinearTagger, PairClassifier
from tfmling.tagging.settings import BilstmCrfHead
from tfmling.tagging.tagger import Tagger, masked_cross_entropy

LABELS = ("B-A", "I-A", "O")


def features() -> dict[str, tf.Tensor]:
    """Two rows: `a bc d` (O B-A I-A) with `##c` without a label, and `d a` (I-A O)."""
    values = {
        "input_word_ids": [[2, 5, 6, 23, 8, 3], [2, 8, 5, 3, 0, 0]],
        "input_mask": [[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0]],
        "input_type_ids": [[0] * 6, [0] * 6],
        "token_labels": [[-100, 2, 0, -100, 1, -100], [-100, 1, 2, -100, -100, -100]],
        "word_positions": [[1, 2, 4, 0], [1, 2, 0, 0]],
        "borders": [[1, 1], [0, 1]],
        "pair_label": [0, 2],
    }
    return {name: tf.constant(value, tf.int32) for name, value in values.items()}


def taggers(encoder):
    settings = BilstmCrfHead(kind="bilstm_crf", width=8, dropout=0.0)
    return {
        "linear": LinearTagger(encoder, 3, 0.0),
        "bilstm_crf": CrfTagger(encoder, allowed_transitions(LABELS, "IOB2"), settings),
        "pair": PairClassifier(encoder, 3, 0.0),
    }


@pytest.mark.parametrize("kind", ["linear", "bilstm_crf", "pair"])
def test_a_compiled_tagger_learns_its_batch(kind):
    encoder = tiny.tiny_encoder()
    tagger, batch = taggers(encoder)[kind], features()
    before = [v.numpy() for v in encoder.trainable_variables]
    rate = {"linear": 0.02, "bilstm_crf": 0.5, "pair": 0.1}[kind]

    @tf.function(jit_compile=True)
    def step():
        weights = [v.value for v in tagger.trained]
        with tf.GradientTape() as tape:
            loss, count = tagger(batch, training=True)
            mean = loss / count
        gradients = tape.gradient(mean, weights, unconnected_gradients="zero")
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.assign_sub(rate * tf.convert_to_tensor(gradient))
        return loss, count

    counts = {"linear": 5, "bilstm_crf": 2, "pair": 2}
    first, count = (float(value) for value in step())
    for _ in range(60):
        last, _ = step()
    assert count == counts[kind]
    assert float(last) < 0.3 * first
    changed = [
        not np.array_equal(a, b) for a, b in zip(before, encoder.trainable_variables, strict=True)
    ]
    assert any(changed) == (kind != "bilstm_crf")
    found = tf.function(tagger.predict, jit_compile=True)(batch).numpy()
    if kind == "pair":
        assert found.tolist() == [0, 2]
    else:
        assert found[0, :3].tolist() == [2, 0, 1]
        assert found[1, :2].tolist() == [1, 2]


@pytest.mark.parametrize("kind", ["linear", "bilstm_crf"])
def test_a_row_does_not_depend_on_padding_or_neighbors(kind):
    tagger, batch = taggers(tiny.tiny_encoder())[kind], features()
    alone = {name: tensor[1:] for name, tensor in batch.items()}
    for name in ("input_word_ids", "input_mask", "input_type_ids", "token_labels"):
        alone[name] = alone[name][:, :4]
    alone["word_positions"] = alone["word_positions"][:, :2]
    score = tagger.logits if kind == "linear" else tagger.emissions
    np.testing.assert_allclose(score(alone)[0, :2], score(batch)[1, :2], atol=1e-5)


def test_the_base_of_taggers_cannot_be_made():
    with pytest.raises(TypeError, match="abstract"):
        Tagger(tiny.tiny_encoder(), "none")


def test_what_has_no_label_costs_nothing():
    logits = tf.constant([[[0.0, 0.0], [9.0, -9.0]]])
    loss, count = masked_cross_entropy(logits, tf.constant([[1, -100]]))
    assert float(loss) == pytest.approx(np.log(2))
    assert float(count) == 1


def test_a_mix_is_weighted_by_a_softmax():
    mix = ScalarMix(2)
    states = tf.constant([[[1.0, 0.0], [0.0, 3.0]]])  # of one word, two layers
    np.testing.assert_allclose(mix(states), [[0.5, 1.5]])
    mix.weights_N.assign([np.log(3.0), 0.0])  # shares 3/4 and 1/4
    mix.scale.assign(2.0)
    np.testing.assert_allclose(mix(states), [[1.5, 1.5]], rtol=1e-6)
