"""A stateless step gives the results of the step with variables."""

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.tpu.stateless import StateError, StatelessFunction
from tfmling.tpu.step import build_trainer, optimizer_slots, trace


def run(stateless: StatelessFunction, *tensors):
    """Run in one graph; returns results and values."""
    return tf.function(stateless, autograph=False)(*map(tf.convert_to_tensor, tensors))


def objective(name: str, encoder, step):
    if name == "next_sentence":
        return tiny.masked_lm(encoder, next_sentence=True)
    if name == "parts":
        return tiny.masked_lm(encoder, gradient_accumulation_steps=3, vocabulary_chunk=10)
    if name == "rows":
        return tiny.dual_encoder(encoder)
    cached = {
        "gradient_cache_batch_size": 3,
        "scale_bounds": [1.0, 100.0],
        "inputs": tiny.hard_negatives(),
    }
    return tiny.dual_encoder(encoder, step=step, margin_warmup_steps=3, **cached)


@pytest.mark.parametrize(
    ("name", "optimizer"),
    [
        ("next_sentence", "adamw"),
        ("cached", "adamw"),
        pytest.param("parts", "lamb", marks=pytest.mark.slow),
        pytest.param("rows", "lazy_adamw", marks=pytest.mark.slow),
    ],
)
def test_equals_the_step_with_variables(name, optimizer):
    step = tf.Variable(1, dtype=tf.int64)
    encoder = tiny.tiny_encoder(dropout=0.1)
    trainer = build_trainer(objective(name, encoder, step), step, optimizer)
    features = tiny.features(trainer.tasks["task"][0], tiny.tiny_texts())
    stateless = trace(trainer.replica_step, {"task": features}, optimizer_slots(trainer))
    before = [variable.numpy() for variable in stateless.variables]
    arguments = [features[key] for key in sorted(features)]
    results, values = run(stateless, *arguments, *before)
    expected = tf.nest.flatten(stateless.concrete({"task": features}))
    after = [variable.numpy() for variable in stateless.variables]
    for ours, theirs in zip([*results, *values], [*expected, *after], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    changed = sum(not np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    assert changed > len(trainer.trained)  # weights, slots, dropout's counters


def test_reads_see_earlier_assignments():
    variable = tf.Variable([1.0, 2.0])

    def step(x):
        first = variable + x
        variable.assign_add(x)
        variable.assign_sub([0.0, 1.0])
        second = tf.identity(variable)
        variable.assign(second * 2.0)
        return first, second

    spec = tf.TensorSpec([2])
    stateless = StatelessFunction(tf.function(step).get_concrete_function(spec))
    (first, second), (value,) = run(stateless, [10.0, 20.0], [1.0, 2.0])
    np.testing.assert_array_equal(first, [11.0, 22.0])
    np.testing.assert_array_equal(second, [11.0, 21.0])
    np.testing.assert_array_equal(value, [22.0, 42.0])
    np.testing.assert_array_equal(variable, [1.0, 2.0])  # unchanged


def test_other_resources_are_rejected():
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer([1], [2]), 0)
    step = tf.function(table.lookup).get_concrete_function(tf.TensorSpec([3], tf.int32))
    with pytest.raises(StateError, match="expected a variable, got another resource"):
        StatelessFunction(step)


def test_unsupported_use_of_a_variable_is_named():
    variable = tf.Variable([1.0, 2.0])

    def step(x):
        return variable.scatter_nd_update([[0]], x)

    traced = StatelessFunction(tf.function(step).get_concrete_function(tf.TensorSpec([1])))
    with pytest.raises(StateError, match="ResourceScatterNdUpdate uses a variable"):
        run(traced, [1.0], [1.0, 2.0])
