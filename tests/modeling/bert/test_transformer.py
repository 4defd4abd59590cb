"""Our computation gives KerasHub's numbers and gradients, compiled or not; dropout by its rules."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.modeling.bert import fused
from tfmling.modeling.bert.dropout import Dropout, hash_indices
from tfmling.modeling.encoder import ACTIVATIONS, Encoder

LENGTH = 12


def _inputs() -> dict[str, tf.Tensor]:
    ids = np.random.default_rng(0).integers(5, len(tiny.VOCABULARY), (4, LENGTH))
    mask = np.ones_like(ids)
    mask[1, 7:], mask[2, 3:] = 0, 0
    types = np.broadcast_to(np.arange(LENGTH) > 5, ids.shape)
    names = ("input_word_ids", "input_mask", "input_type_ids")
    return {
        name: tf.constant(value, tf.int32)
        for name, value in zip(names, (ids, mask, types), strict=True)
    }


def _keras_hub(encoder: Encoder, inputs: dict[str, tf.Tensor]) -> tuple[list, tf.Tensor]:
    """Its own layers, one after the other."""
    backbone = encoder.backbone
    states = [layer.output for layer in backbone.transformer_layers]
    model = keras.Model(backbone.inputs, [*states, backbone.pooled_dense.output])
    *layers, pooled = model(
        {
            "token_ids": inputs["input_word_ids"],
            "padding_mask": inputs["input_mask"],
            "segment_ids": inputs["input_type_ids"],
        }
    )
    return layers, pooled


def _figure(layers: list[tf.Tensor], pooled: tf.Tensor, mask_BL: tf.Tensor) -> tf.Tensor:
    """One number that depends on every state of every token."""
    seen_BL1 = tf.cast(mask_BL, tf.float32)[:, :, tf.newaxis]
    return tf.add_n([tf.reduce_sum(tf.sin(s * seen_BL1)) for s in layers]) + tf.reduce_sum(pooled)


def _encoder(hidden_act: str = "gelu", **options) -> Encoder:
    encoder = tiny.tiny_encoder(**options)
    return Encoder(encoder.backbone, encoder.vocabulary, hidden_act=hidden_act)


@pytest.mark.parametrize("hidden_act", ACTIVATIONS)
@pytest.mark.parametrize("compiled", [False, True])
def test_states_and_gradients_equal_keras_hubs(hidden_act, compiled, monkeypatch):
    if compiled:
        monkeypatch.setattr(fused, "MIN_SIZE", 1)  # so that each loop is compiled
    encoder, inputs = _encoder(hidden_act), _inputs()
    weights = [variable.value for variable in encoder.backbone.trainable_variables]

    @tf.function
    def ours():
        with tf.GradientTape() as tape:
            found = encoder(inputs)
            figure = _figure(found["encoder_outputs"], found["pooled_output"], inputs["input_mask"])
        grads = tape.gradient(figure, weights)
        return found["encoder_outputs"], figure, [tf.convert_to_tensor(s) for s in grads]

    with tf.GradientTape() as tape:
        expected, pooled = _keras_hub(encoder, inputs)
        figure = _figure(expected, pooled, inputs["input_mask"])
    states, own_figure, slopes = ours()
    seen = np.array(inputs["input_mask"])[:, :, None]
    for own, other in zip(states, expected, strict=True):
        np.testing.assert_allclose(own * seen, other * seen, atol=1e-5)
    assert float(own_figure) == pytest.approx(float(figure), abs=1e-4)
    for own, other in zip(slopes, tape.gradient(figure, weights), strict=True):
        other = tf.convert_to_tensor(other).numpy()
        np.testing.assert_allclose(own, other, atol=1e-5 * max(1.0, np.abs(other).max()))


def test_states_at_positions_equal_the_whole():
    encoder, inputs = _encoder(), _inputs()
    positions = tf.constant([[2, 5], [1, 6], [0, 2], [11, 3]])
    weights = [variable.value for variable in encoder.backbone.trainable_variables]
    with tf.GradientTape(persistent=True) as tape:
        whole = encoder(inputs)
        table = tf.convert_to_tensor(encoder.embedding_table)
        gathered = tf.gather(whole["sequence_output"], positions, batch_dims=1)
        asked = encoder.at_positions(inputs, positions)
        # the table twice, as input and as output layer
        expected = _tied(gathered, table) + tf.reduce_sum(whole["pooled_output"])
        found = _tied(asked["states"], asked["table"]) + tf.reduce_sum(asked["pooled_output"])
    np.testing.assert_allclose(asked["states"], gathered, atol=1e-5)
    pairs = zip(tape.gradient(found, weights), tape.gradient(expected, weights), strict=True)
    for own, other in pairs:
        own, other = tf.convert_to_tensor(own), tf.convert_to_tensor(other).numpy()
        np.testing.assert_allclose(own, other, atol=1e-5 * max(1.0, np.abs(other).max()))


def test_inference_uses_plain_operations_for_any_shape():
    """No gradient of its own, no loop, no joined weights; each bias directly after its product."""
    encoder = _encoder()
    inputs = {name: tf.TensorSpec([None, None], tf.int32) for name in _inputs()}
    graph = tf.function(lambda given: encoder.embed(given)).get_concrete_function(inputs).graph
    operations = {operation.type for operation in graph.get_operations()}
    assert not operations & {"IdentityN", "StatefulPartitionedCall", "ConcatV2"}
    biased = [o.inputs[0].op.type for o in graph.get_operations() if o.type == "BiasAdd"]
    assert biased.count("MatMul") == 6 * len(encoder.backbone.transformer_layers)


@pytest.mark.parametrize("pooling", ["mean", "cls", "pooler"])
def test_sentence_vectors_equal_the_whole(pooling):
    encoder, inputs = _encoder(), _inputs()
    encoder.pooling = pooling
    weights = [variable.value for variable in encoder.backbone.trainable_variables]
    with tf.GradientTape(persistent=True) as tape:
        expected = tf.math.l2_normalize(encoder(inputs)["default"], axis=-1)
        found = encoder.embed(inputs)
        sums = [tf.reduce_sum(tf.sin(3.0 * vectors)) for vectors in (found, expected)]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    for own, other in zip(*(tape.gradient(each, weights) for each in sums), strict=True):
        if own is None or other is None:  # the pooler's weights if it is not used
            assert own is other
            continue
        own, other = tf.convert_to_tensor(own), tf.convert_to_tensor(other).numpy()
        np.testing.assert_allclose(own, other, atol=1e-5 * max(1.0, np.abs(other).max()))


def _tied(states_BPD: tf.Tensor, table_VD: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(tf.sin(tf.matmul(states_BPD, table_VD, transpose_b=True)))


def test_adapters_take_part():
    encoder, inputs = _encoder(), _inputs()
    encoder.backbone.enable_lora(2)
    for variable in encoder.backbone.trainable_variables:
        variable.assign(tf.ones_like(variable) * 0.1)
    expected, _ = _keras_hub(encoder, inputs)
    seen = np.array(inputs["input_mask"])[:, :, None]
    own = encoder(inputs)["sequence_output"]
    np.testing.assert_allclose(own * seen, expected[-1] * seen, atol=1e-5)


def test_kept_elements_are_scaled_up():
    # with the rate 0.25 what is left is divided by 0.75
    found = np.unique(Dropout(0.25, keras.random.SeedGenerator(1))(tf.fill([40, 50], 3.0)))
    np.testing.assert_allclose(found, [0.0, 4.0])


def test_hashes_equal_the_published_function():
    # the function again, in whole numbers of Python
    def lowbias32(word: int) -> int:
        word = (word ^ word >> 16) * 0x7FEB352D % 2**32
        word = (word ^ word >> 15) * 0x846CA68B % 2**32
        return word ^ word >> 16

    key = tf.constant([5, 2**32 - 9], tf.uint32)
    expected = [[lowbias32(lowbias32(row * 3 + n + 5) ^ 2**32 - 9) for n in range(3)]
                for row in range(2)]  # fmt: skip
    np.testing.assert_array_equal(hash_indices(tf.zeros([2, 3]), key), expected)


def test_masks_have_the_rate_and_are_independent():
    seeds = keras.random.SeedGenerator(7)
    masks = []
    for _ in range(2):
        dropout = Dropout(0.1, seeds)
        masks += [dropout(tf.ones([301, 333])).numpy() == 0 for _ in range(2)]
    neighbors = [np.roll(masks[0], shift, axis) for shift in (1, 2, 16) for axis in (0, 1)]
    for number, mask in enumerate(masks + neighbors):
        # of 100,233 numbers 0.1, with a deviation of 0.001; two masks share 0.01 of them
        assert mask.mean() == pytest.approx(0.1, abs=0.005)
        for other in masks[:number]:
            assert (mask & other).mean() == pytest.approx(0.01, abs=0.0015)


def test_dropout_keeps_its_mask_backward():
    dropout, values = Dropout(0.5, keras.random.SeedGenerator(3)), tf.ones([64, 8])
    with tf.GradientTape() as tape:
        tape.watch(values)
        dropped = dropout(values)
    np.testing.assert_allclose(tape.gradient(dropped, values), dropped)


def test_training_drops_and_each_pass_differs():
    encoder, inputs = _encoder(dropout=0.5), _inputs()
    first, second = (encoder(inputs, training=True)["default"].numpy() for _ in range(2))
    assert np.abs(first - second).max() > 1e-3
    plain = [encoder(inputs)["default"].numpy() for _ in range(2)]
    np.testing.assert_array_equal(plain[0], plain[1])
