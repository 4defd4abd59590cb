"""Huge steps are traced without memory for their weights."""

import tensorflow as tf

from tests import tiny
from tfmling.inputs.dataset import feature_spec
from tfmling.inputs.settings import Inputs
from tfmling.tpu.settings import EncoderShape
from tfmling.tpu.step import abstract_variables, build_task, trace_step


def test_abstract_variables_have_shapes_only():
    with abstract_variables():
        huge = tf.Variable(lambda: tf.zeros([10**7, 10**6]))  # 40 TB
        step = tf.Variable(0, dtype=tf.int64)
    assert huge.shape == [10**7, 10**6]
    assert (step.shape, step.dtype) == ([], tf.int64)


def test_a_traced_step_holds_weights_slots_and_counters():
    sizes = dict(hidden_dim=16, num_heads=2, intermediate_dim=32, max_sequence_length=16)
    shape = EncoderShape(vocabulary_size=50, num_layers=1, batch_size=4, max_length=8, **sizes)
    step = trace_step(shape, build_task("masked_lm", shape), "float32")
    # table, positions, segments, norm; a layer of 16; the head's dense, norm, bias
    trained = 5 + 16 + 5
    floats = [v for v in step.variables if v.dtype == tf.float32]
    # and both moments; the pooler is trained, although this objective does not use it
    assert len(floats) == 3 * (trained + 2)
    assert [tuple(spec.shape) for spec in step.arguments].count((4, 8)) == 3


def test_feature_spec_equals_that_of_batches():
    objective = tiny.masked_lm(tiny.tiny_encoder(), next_sentence=True)
    inputs = Inputs.model_validate(tiny.inputs("segment_pairs"), context={"check_inputs": False})
    spec = feature_spec(inputs, objective.prepare)
    features = tiny.features(objective, tiny.tiny_texts())
    assert spec == {name: tf.TensorSpec.from_tensor(value) for name, value in features.items()}
