"""A SavedModel as an embedder: it is found, batched, and keeps the order."""

import numpy as np
import pytest
import tensorflow as tf

from tfmling.core.errors import UnreadableError
from tfmling.embedding.model_files import find_saved_model
from tfmling.embedding.saved_model_embedder import SavedModelEmbedder


class Lengths(tf.Module):
    """Texts to (characters, 1); fails on batches of more than two."""

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def __call__(self, text_B: tf.Tensor) -> tf.Tensor:
        tf.debugging.assert_less(tf.size(text_B), 3)
        lengths_B = tf.cast(tf.strings.length(text_B), tf.float32)
        return tf.stack([lengths_B, tf.ones_like(lengths_B)], axis=1)


def test_order_is_kept_and_batches_are_small(tmp_path):
    tf.saved_model.save(Lengths(), str(tmp_path))
    embedder = SavedModelEmbedder(str(tmp_path), batch_size=2)
    vectors_ND = embedder.encode(["four", "a", "sixsix", "", "two"])
    np.testing.assert_array_equal(vectors_ND[:, 0], [4, 1, 6, 0, 3])
    assert embedder.encode([]).shape == (0, 2)


def test_a_saved_model_is_found_by_itself_and_in_an_export(tmp_path):
    inside = tmp_path / "sentence_encoder"
    inside.mkdir()
    assert find_saved_model(str(tmp_path)) is None
    (inside / "saved_model.pb").touch()
    assert find_saved_model(str(tmp_path)) == find_saved_model(str(inside)) == str(inside)


class TakesNumbers(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def __call__(self, number_B: tf.Tensor) -> tf.Tensor:
        return number_B[:, None]


class GivesParts(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def __call__(self, text_B: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"lengths": tf.strings.length(text_B)}


class GivesOneNumber(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def __call__(self, text_B: tf.Tensor) -> tf.Tensor:
        return tf.size(text_B)


@pytest.mark.parametrize("kind", [TakesNumbers, GivesParts, GivesOneNumber, tf.Module])
def test_a_model_that_does_not_map_strings_to_vectors_is_rejected(tmp_path, kind):
    tf.saved_model.save(kind(), str(tmp_path))
    with pytest.raises(UnreadableError, match="expected a SavedModel from strings to vectors"):
        SavedModelEmbedder(str(tmp_path))


def test_a_damaged_model_without_a_manifest_is_one_line(tmp_path):
    tf.saved_model.save(Lengths(), str(tmp_path))
    (tmp_path / "saved_model.pb").write_bytes(b"\x0a\xff\xff")
    with pytest.raises(UnreadableError, match="expected a SavedModel, cannot be read"):
        SavedModelEmbedder(str(tmp_path))


class LookupTable(tf.Module):
    """Texts to their numbers in a file that the SavedModel keeps as an asset."""

    def __init__(self, path: str):
        super().__init__()
        rows = tf.lookup.TextFileInitializer(path, tf.string, 0, tf.int64, 1, delimiter=" ")
        self.table = tf.lookup.StaticHashTable(rows, -1)
        self.scale = tf.Variable(2.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def __call__(self, text_B: tf.Tensor) -> tf.Tensor:
        return tf.cast(self.table.lookup(text_B), tf.float32)[:, None] * self.scale


@pytest.mark.parametrize("name", ["v [1]", "a*?", "[!x]", "back\\slash"])
def test_every_character_works_in_the_path_of_a_model(tmp_path, name):
    words = tmp_path / "words.txt"
    words.write_text("five 5\nseven 7\n")
    plain, folder = tmp_path / "plain", tmp_path / name
    tf.saved_model.save(LookupTable(str(words)), str(plain))
    plain.rename(folder)
    embedder = SavedModelEmbedder(str(folder))
    np.testing.assert_array_equal(embedder.encode(["seven", "five"]), [[14], [10]])
