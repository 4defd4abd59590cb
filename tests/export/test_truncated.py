"""Which texts are longer than what a model reads, counted by hand, for everything exported."""

import pytest

from export.lite import save_lite_encoder
from export.onnx import save_onnx_encoder
from export.sentence_encoder import save_sentence_encoder
from tests.tiny import tiny_encoder
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.embedding.load_embedder import load_embedder
from tfmling.tokenizers.build_tokenizer import build_tokenizer

# [CLS] and [SEP] leave 6 pieces of 8; a word of these letters has a piece a letter
TEXTS = ["abc def", "abc defg", "", "a b c d e f", "a b c d e f g"]
EXPECTED = [False, True, False, False, True]
LENGTH = 8


@pytest.fixture(scope="module")
def encoder():
    return tiny_encoder(3, max_sequence_length=LENGTH)


def test_encoder_folder(encoder, tmp_path):
    save_encoder(encoder, str(tmp_path))
    assert load_embedder(str(tmp_path), None, 4).is_truncated(TEXTS).tolist() == EXPECTED
    assert load_embedder(str(tmp_path), 99, 4).is_truncated(TEXTS).tolist() == EXPECTED
    assert load_embedder(str(tmp_path), 3, 4).is_truncated(["a", "a b"]).tolist() == [False, True]


def test_saved_model(encoder, tmp_path):
    tokenizer = build_tokenizer(encoder.vocabulary)
    save_sentence_encoder(encoder, tokenizer, LENGTH, str(tmp_path))
    embedder = load_embedder(str(tmp_path), None, 4)
    assert embedder.is_truncated(TEXTS).tolist() == EXPECTED
    assert embedder.is_truncated([]).tolist() == []


def test_a_saved_model_without_is_truncated(tmp_path):
    import tensorflow as tf

    model = tf.Module()
    model.__call__ = tf.function(
        lambda text: tf.ones([tf.size(text), 2]), input_signature=[tf.TensorSpec([None], tf.string)]
    )
    tf.saved_model.save(model, str(tmp_path))
    assert load_embedder(str(tmp_path), None, 4).is_truncated(TEXTS) is None


def test_onnx(encoder, tmp_path):
    pytest.importorskip("tf2onnx", reason="tf2onnx is not installed (extra onnx)")
    pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed (extra onnx)")
    save_onnx_encoder(encoder, LENGTH, str(tmp_path))
    assert load_embedder(str(tmp_path), None, 4).is_truncated(TEXTS).tolist() == EXPECTED


def test_lite(encoder, tmp_path):
    save_lite_encoder(encoder, LENGTH, "float32", str(tmp_path))
    assert load_embedder(str(tmp_path), None, 4).is_truncated(TEXTS).tolist() == EXPECTED
