"""Strings to vectors: every kind of string, and each sentence as if it were alone."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from export.sentence_encoder import without_padding
from tfmling.embedding.keras_embedder import KerasEmbedder


@pytest.fixture(scope="module")
def model(exported):
    return tf.saved_model.load(str(Path(exported) / "sentence_encoder"))


AWKWARD = {
    "empty": "",
    "spaces": "  \t ",
    "ten thousand words": "habari " * 10_000,
    "long word": "x" * 100_000,
    "emoji": "👍🏽👩‍👩‍👧🇹🇿",
    "mixed scripts": "good доброе 朝 ตลาด शुभ صباح",
    "null bytes": "\0good\0\0morning\0",
    "combining": "e\u0301\u0301\u0301",
    "byte order mark": "\ufeffgood",
}


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD.keys())
def test_any_text_has_a_vector_of_length_one(model, text):
    vector_BD = model([text]).numpy()
    assert vector_BD.shape == (1, 16)
    assert vector_BD.dtype == np.float32
    assert np.linalg.norm(vector_BD) == pytest.approx(1, abs=1e-5)


def test_bytes_that_are_not_utf8_do_no_harm(model):
    vectors_BD = model(tf.constant([b"\xff\xfegood\xc3", b"good"])).numpy()
    assert np.isfinite(vectors_BD).all()
    np.testing.assert_allclose(vectors_BD[1], model(["good"])[0], atol=1e-5)


def test_no_sentences(model):
    assert model(tf.constant([], tf.string)).shape == (0, 16)
    assert model([]).shape == (0, 16)


def test_equals_the_checkpoint(model, encoder):
    texts = ["habari", "good morning.", "", "good " * 40, "xyz abc!"]
    expected = KerasEmbedder(encoder, max_length=12).encode(texts)
    np.testing.assert_allclose(model(texts), expected, atol=1e-5)


def test_neighbors_in_the_batch_do_not_matter(model):
    together = model(["good", "good morning . ! habari", ""]).numpy()
    for number, text in enumerate(["good", "good morning . ! habari", ""]):
        np.testing.assert_allclose(model([text])[0], together[number], atol=1e-5)


def test_more_texts_than_a_chunk_keep_their_order(model, encoder):
    letters = "abcdefghijklmnopqrstuvwxyz"
    texts = [" ".join(letters[(n + k) % 26] for k in range(n * 7 % 9)) for n in range(2 * 64 + 5)]
    assert len(set(texts)) > 64
    expected = KerasEmbedder(encoder, max_length=12).encode(texts)
    np.testing.assert_allclose(model(texts), expected, atol=1e-5)


def test_a_tensor_in_a_data_set_pipeline(model):
    texts = tf.data.Dataset.from_tensor_slices(["good", "habari", "morning"]).batch(2)
    shapes = [vectors.shape.as_list() for vectors in texts.map(model)]
    assert shapes == [[2, 16], [1, 16]]


def test_signature_names(model):
    signature = model.signatures["serving_default"]
    assert signature.structured_input_signature[1] == {
        "text": tf.TensorSpec([None], tf.string, "text")
    }
    assert signature.structured_outputs["default"].shape.as_list() == [None, 16]


def test_without_padding_keeps_what_the_longest_row_needs():
    mask = tf.constant([[1, 1, 1, 0, 0], [1, 1, 0, 0, 0]])
    cut = without_padding({"input_word_ids": mask * 7, "input_mask": mask})
    assert cut["input_word_ids"].numpy().tolist() == [[7, 7, 7], [7, 7, 0]]


def test_without_padding_of_no_rows():
    cut = without_padding({"input_mask": tf.zeros([0, 5], tf.int32)})
    assert cut["input_mask"].shape == (0, 2)
