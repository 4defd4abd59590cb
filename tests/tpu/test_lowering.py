"""Lowered and rejected steps. Needs tensorflow-tpu: `make tpu-check`."""

import json

import pytest
import tensorflow as tf

from tfmling.core.config import build
from tfmling.tpu import run_check as room
from tfmling.tpu.lowering import LoweringError, NoCompilerError, has_tpu_compiler, lower
from tfmling.tpu.settings import TpuCheck
from tfmling.tpu.step import trace

needs_compiler = pytest.mark.skipif(not has_tpu_compiler(), reason="needs tensorflow-tpu")
SHAPE = {
    "vocabulary_size": 50, "num_layers": 1, "hidden_dim": 16, "num_heads": 2, "batch_size": 4,
    "intermediate_dim": 32, "max_sequence_length": 16, "max_length": 8, "max_predictions": 2,
}  # fmt: skip


def lowered(step) -> str:
    return lower(trace(step, tf.TensorSpec([4], tf.int32)))


@needs_compiler
def test_a_step_with_a_variable():
    total = tf.Variable(tf.zeros([4], tf.int32))
    hlo = lowered(lambda x: total.assign_add(x))
    assert "(s32[4]{0}, s32[4]{0})->" in hlo  # the argument, the variable


@needs_compiler
@pytest.mark.parametrize(
    ("step", "message"),
    [
        (lambda x: tf.unique(x)[0], r"shape of Unique .* depends on values"),
        (lambda x: tf.reduce_sum(tf.boolean_mask(x, x > 0)), r"shape of Where"),
        (lambda x: tf.strings.length(tf.strings.as_string(x)), r"do not support AsString"),
        (lambda x: tf.py_function(lambda y: y, [x], tf.int32), r"do not support EagerPyFunc"),
    ],
)
def test_unsupported_operations_are_named(step, message):
    with pytest.raises(LoweringError, match=message):
        lowered(step)


@needs_compiler
def test_a_failing_objective_is_named_and_nothing_is_published(tmp_path, monkeypatch):
    from tfmling.objectives.masked_lm import MaskedLMObjective

    whole = MaskedLMObjective.call

    def broken(self, features, training=False):
        loss, metrics = whole(self, features, training)
        distinct, _ = tf.unique(tf.reshape(features["input_word_ids"], [-1]))
        return loss + 0.0 * tf.cast(tf.size(distinct), tf.float32), metrics

    monkeypatch.setattr(MaskedLMObjective, "call", broken)
    checks = {"tiny": {"shape": SHAPE, "objectives": ["masked_lm"]}}
    values = {"output": str(tmp_path / "out"), "checks": checks, "dtypes": ["float32"]}
    with pytest.raises(room.TpuCheckError, match="tiny masked_lm float32: the shape of Unique"):
        room.run_check(build(TpuCheck, values, "test"))
    assert not (tmp_path / "out").exists()


@needs_compiler
def test_every_objective_is_lowered(tmp_path):
    names = [
        "masked_lm", "next_sentence", "translation_lm", "dual_encoder", "dual_encoder_cached",
        "distillation", "alignment",
    ]  # fmt: skip
    checks = {"tiny": {"shape": SHAPE, "objectives": names}}
    settings = build(TpuCheck, {"output": str(tmp_path / "out"), "checks": checks}, "test")
    done = room.run_check(settings)
    assert [(row.objective, row.dtype) for row in done] == [
        (name, dtype) for name in names for dtype in ("float32", "bfloat16")
    ]
    assert all(row.figures.peak_bytes > row.figures.argument_bytes > 0 for row in done)
    assert len(json.loads((tmp_path / "out" / "lowered.json").read_text())) == 14
    assert (tmp_path / "out" / "lowered.md").read_text().count("\n") == 16


@pytest.mark.skipif(has_tpu_compiler(), reason="needs a TensorFlow without the TPU's compiler")
def test_missing_compiler_names_the_package():
    with pytest.raises(NoCompilerError, match="tensorflow-tpu"):
        lowered(tf.identity)
