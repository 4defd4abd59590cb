"""An encoder stacked from a shallower one."""

import numpy as np
import pytest

from tests import tiny
from tfmling.conversion.encoder_folder import build_encoder, save_encoder
from tfmling.conversion.settings import StackedEncoder
from tfmling.core.config import build
from tfmling.modeling.stack import stack_layers


def layers(encoder):
    return [layer.get_weights() for layer in encoder.backbone.transformer_layers]


def equal(ours, theirs) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_layer_i_is_layer_i_mod_n():
    old = tiny.tiny_encoder()
    new = stack_layers(old, 6)
    first, second = layers(old)
    assert not equal(first, second)
    assert [equal(own, first) for own in layers(new)] == [True, False] * 3
    assert [equal(own, second) for own in layers(new)] == [False, True] * 3


def test_everything_else_is_copied():
    old = tiny.tiny_encoder(pooling="pooler")
    old.head_weights["masked_lm/bias"] = np.arange(len(tiny.VOCABULARY), dtype=np.float32)
    new = stack_layers(old, 4)
    assert (new.vocabulary, new.pooling, new.hidden_act) == (tiny.VOCABULARY, "pooler", "gelu")
    assert new.head_weights.keys() == old.head_weights.keys()
    weights = [{w.path: w.numpy() for w in e.backbone.weights} for e in (old, new)]
    shared = [path for path in weights[0] if "transformer_layer" not in path]
    assert len(shared) == 7  # table, positions, segments, norm (2), pooler (2)
    assert all(np.array_equal(weights[0][path], weights[1][path]) for path in shared)


def test_stacking_to_the_same_depth_changes_nothing():
    old = tiny.tiny_encoder()
    inputs = {name: np.ones([2, 5], np.int32) for name in ("input_word_ids", "input_mask")}
    inputs["input_type_ids"] = np.zeros([2, 5], np.int32)
    np.testing.assert_array_equal(old.embed(inputs), stack_layers(old, 2).embed(inputs))


def test_depths_that_are_not_multiples_are_rejected():
    with pytest.raises(ValueError, match=r"multiple of the 2 layers .* got 5"):
        stack_layers(tiny.tiny_encoder(), 5)


def test_from_settings(tmp_path):
    save_encoder(tiny.tiny_encoder(), str(tmp_path / "small"))
    values = {"kind": "stacked", "path": str(tmp_path / "small"), "num_layers": 4, "dropout": 0.2}
    encoder = build_encoder(build(StackedEncoder, values, "test"), pooling="cls")
    assert (encoder.backbone.num_layers, encoder.backbone.dropout) == (4, 0.2)
    assert encoder.pooling == "cls"
