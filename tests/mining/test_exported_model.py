"""A SavedModel as an embedder: found, batched, and in the order that was asked for."""

import numpy as np
import tensorflow as tf

from tfmling.mining.exported_model import ExportedModel
from tfmling.mining.find_model import find_exported_model


class Lengths(tf.Module):
    """Texts to (characters, 1); fails on batches of more than two."""

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def __call__(self, text_B: tf.Tensor) -> tf.Tensor:
        tf.debugging.assert_less(tf.size(text_B), 3)
        lengths_B = tf.cast(tf.strings.length(text_B), tf.float32)
        return tf.stack([lengths_B, tf.ones_like(lengths_B)], axis=1)


def test_order_is_kept_and_batches_are_small(tmp_path):
    tf.saved_model.save(Lengths(), str(tmp_path))
    embed = ExportedModel(str(tmp_path), batch_size=2)
    vectors_ND = embed(["four", "a", "sixsix", "", "two"])
    np.testing.assert_array_equal(vectors_ND[:, 0], [4, 1, 6, 0, 3])
    assert embed([]).shape == (0, 2)


def test_found_as_it_is_and_inside_of_an_export(tmp_path):
    inside = tmp_path / "sentence_encoder"
    inside.mkdir()
    assert find_exported_model(str(tmp_path)) is None
    (inside / "saved_model.pb").touch()
    assert find_exported_model(str(tmp_path)) == find_exported_model(str(inside)) == str(inside)
