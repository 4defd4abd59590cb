"""Learning rates by hand; weight decay; LAMB; moving average of the weights."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfmling.training.optimizer import (
    WarmupSchedule,
    build_optimizer,
    learning_rate_multipliers,
)
from tfmling.training.settings import Optimizer


def test_linear_warm_up_and_decay():
    schedule = WarmupSchedule(1.0, warmup_steps=4, steps=10, schedule="linear")
    rates = [float(schedule(tf.constant(step))) for step in range(11)]
    # a quarter more each step up to 1 at the fourth; then a sixth less each step
    expected = [1 / 4, 2 / 4, 3 / 4, 1, 1, 5 / 6, 4 / 6, 3 / 6, 2 / 6, 1 / 6, 0]
    assert rates == pytest.approx(expected, abs=1e-6)


def test_constant_after_warm_up():
    schedule = WarmupSchedule(2.0, warmup_steps=2, steps=10, schedule="constant")
    assert [float(schedule(tf.constant(step))) for step in (0, 1, 2, 9)] == [1, 2, 2, 2]


def test_no_warm_up_starts_at_the_peak():
    assert float(WarmupSchedule(3.0, 0, 10, "constant")(tf.constant(0))) == 3.0


def test_biases_and_norms_do_not_decay():
    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(2), keras.layers.LayerNormalization()]
    )
    for variable in model.trainable_variables:
        variable.assign(tf.ones_like(variable))
    settings = Optimizer(learning_rate=0.1, weight_decay=0.5)
    optimizer = build_optimizer(settings, 10, model.trainable_variables)
    optimizer.apply(
        [tf.zeros_like(v) for v in model.trainable_variables], model.trainable_variables
    )
    values = {v.path.split("/")[-1]: v.numpy() for v in model.trainable_variables}
    # decoupled decay: 1 - learning rate * decay = 1 - 0.1 * 0.5
    np.testing.assert_allclose(values["kernel"], 0.95)
    for name in ("bias", "gamma", "beta"):
        np.testing.assert_array_equal(values[name], 1.0)


PATHS = (
    "token_embedding/embeddings",
    "transformer_layer_0/kernel",
    "transformer_layer_1/kernel",
    "masked_lm/dense/kernel",
)


def _variables() -> list[keras.Variable]:
    variables = [keras.Variable(np.ones(2, np.float32), name="kernel") for _ in PATHS]
    for variable, path in zip(variables, PATHS, strict=True):
        variable._path = path
    return variables


def test_lower_layers_learn_slower():
    multipliers = learning_rate_multipliers(_variables(), 0.5, {"layer_1|dense": 3.0})
    # two layers: embeddings are two levels below the top, layer 0 is one
    assert multipliers == [0.25, 0.5, 3.0, 3.0]
    with pytest.raises(ValueError, match="layer_7"):
        learning_rate_multipliers(_variables(), 0.5, {"layer_7": 3.0})


def test_each_weight_has_its_own_learning_rate_and_decay():
    variables = _variables()
    settings = Optimizer(
        learning_rate=0.1,
        weight_decay=0.5,
        schedule="constant",
        epsilon=1e-12,
        layerwise_lr_decay=0.5,
    )
    optimizer = build_optimizer(settings, 10, variables)
    optimizer.apply([tf.fill([2], 7.0)] * 4, variables)
    # Adam's first step is the learning rate, whatever the gradient; before it, 1 - rate * 0.5
    for variable, rate in zip(variables, (0.025, 0.05, 0.1, 0.1), strict=True):
        np.testing.assert_allclose(variable.numpy(), 1 - 0.5 * rate - rate, rtol=1e-5)


def _weight(values: list, path: str = "dense/kernel") -> keras.Variable:
    variable = keras.Variable(np.array(values, np.float32), name="weight")
    variable._path = path
    return variable


def test_frozen_rows_are_not_decayed():
    table = _weight([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]], "token_embedding/embeddings")
    settings = Optimizer(learning_rate=0.1, weight_decay=0.5, schedule="constant")
    optimizer = build_optimizer(settings, 10, [table], undecayed_rows=[(table, 2)])
    optimizer.apply([tf.zeros([3, 2])], [table])
    np.testing.assert_array_equal(table.numpy()[:2], [[1, 1], [2, 2]])
    np.testing.assert_allclose(table.numpy()[2], 4 * 0.95)  # 1 - 0.1 x 0.5


def test_lamb_by_hand():
    kernel, bias = _weight([3.0, 4.0]), _weight([3.0, 4.0], "dense/bias")
    settings = Optimizer(
        kind="lamb", learning_rate=0.1, weight_decay=0.5, schedule="constant", epsilon=1e-12
    )
    optimizer = build_optimizer(settings, 10, [kernel, bias])
    optimizer.apply([tf.constant([7.0, -7.0])] * 2, [kernel, bias])
    # Adam's first step is the sign of the gradient; with decay (1 + 1.5, -1 + 2)
    step = np.array([2.5, 1.0])
    ratio = 5.0 / np.sqrt(6.25 + 1.0)  # |(3, 4)| = 5
    np.testing.assert_allclose(kernel.numpy(), [3, 4] - 0.1 * ratio * step, rtol=1e-5)
    # a bias: no decay, no trust ratio
    np.testing.assert_allclose(bias.numpy(), [3 - 0.1, 4 + 0.1], rtol=1e-5)


def test_lamb_equals_adam_for_zero_weights():
    kernel = _weight([0.0, 0.0])
    settings = Optimizer(kind="lamb", learning_rate=0.1, schedule="constant", epsilon=1e-12)
    build_optimizer(settings, 10, [kernel]).apply([tf.constant([2.0, -3.0])], [kernel])
    np.testing.assert_allclose(kernel.numpy(), [-0.1, 0.1], rtol=1e-5)


@pytest.mark.slow
def test_lamb_equals_the_model_garden():
    reference = pytest.importorskip("official.modeling.optimization.lamb")
    start = np.random.default_rng(1).normal(size=(4, 3)).astype(np.float32)
    names = ("kernel", "bias")
    ours = [_weight(start, f"dense/{name}") for name in names]
    theirs = [tf.Variable(start, name=f"dense/{name}") for name in names]
    values = dict(learning_rate=0.01, beta_1=0.8, beta_2=0.9, epsilon=1e-6)
    optimizer = build_optimizer(
        Optimizer(kind="lamb", weight_decay=0.1, schedule="constant", **values), 10, ours
    )
    peer = reference.LAMB(
        weight_decay_rate=0.1,
        exclude_from_weight_decay=["bias"],
        exclude_from_layer_adaptation=["bias"],
        **values,
    )
    for seed in range(5):
        gradients = [tf.random.stateless_normal((4, 3), (seed, n)) for n in range(2)]
        optimizer.apply(gradients, ours)
        peer.apply_gradients(zip(gradients, theirs, strict=True))
    for mine, peers in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine.numpy(), peers.numpy(), rtol=1e-5)


@pytest.mark.parametrize("kind", ["adamw", "lamb"])
def test_moving_average_of_the_weights(kind):
    kernel = _weight([1.0, 2.0])
    settings = Optimizer(kind=kind, learning_rate=0.1, schedule="constant")
    optimizer = build_optimizer(settings, 10, [kernel], ema_decay=0.75)
    mean = kernel.numpy()
    for _ in range(3):
        optimizer.apply([tf.constant([1.0, -2.0])], [kernel])
        mean = 0.75 * mean + 0.25 * kernel.numpy()
    assert np.abs(mean - kernel.numpy()).min() > 0.01
    optimizer.use_averages()
    np.testing.assert_allclose(kernel.numpy(), mean, rtol=1e-6)
