"""Composed and decomposed text has one vector, in the checkpoint and in everything exported."""

import unicodedata

import numpy as np
import pytest
import tensorflow as tf

from export.lite import save_lite_encoder
from export.onnx import save_onnx_encoder
from export.preprocessor import save_preprocessor
from export.sentence_encoder import save_sentence_encoder
from tests.tiny import tiny_encoder
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.embedding.litert_embedder import LiteRTEmbedder
from tfmling.embedding.onnx_embedder import OnnxEmbedder
from tfmling.embedding.saved_model_embedder import SavedModelEmbedder
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary

COMPOSED = ["Ọjọ\u0301 dára", "ilé", "caf\u00e9 \ud55c"]
DECOMPOSED = [unicodedata.normalize("NFD", text) for text in COMPOSED]
LETTERS = (*"Ọjọdáraile", "\u00e9", "c", "f", "\ud55c", "\u0301", "\u0323", "O", "o")
PIECES = tuple(dict.fromkeys((*LETTERS, *(f"##{letter}" for letter in LETTERS))))
LENGTH = 16


@pytest.fixture(scope="module")
def encoder():
    return tiny_encoder(
        3, vocabulary=WordPieceVocabulary((*SPECIAL_PIECES, *PIECES), lowercase=False)
    )


@pytest.fixture(scope="module")
def expected(encoder) -> np.ndarray:
    vectors_ND = KerasEmbedder(encoder, LENGTH).encode(COMPOSED)
    np.testing.assert_array_equal(KerasEmbedder(encoder, LENGTH).encode(DECOMPOSED), vectors_ND)
    return vectors_ND


def test_sentence_encoder(encoder, expected, tmp_path):
    tokenizer = build_tokenizer(encoder.vocabulary)
    save_sentence_encoder(encoder, tokenizer, LENGTH, f"{tmp_path}/model")
    embedder = SavedModelEmbedder(f"{tmp_path}/model")  # what mining and `nearest` use
    np.testing.assert_allclose(embedder.encode(COMPOSED), expected, atol=1e-5)
    np.testing.assert_array_equal(embedder.encode(DECOMPOSED), embedder.encode(COMPOSED))


def test_preprocessor(encoder, tmp_path):
    save_preprocessor(build_tokenizer(encoder.vocabulary), LENGTH, f"{tmp_path}/model")
    model = tf.saved_model.load(f"{tmp_path}/model")
    composed, decomposed = model(COMPOSED), model(DECOMPOSED)
    for name, ids_BL in composed.items():
        np.testing.assert_array_equal(decomposed[name], ids_BL)
    assert model.tokenize(DECOMPOSED).to_list() == model.tokenize(COMPOSED).to_list()


def test_onnx(encoder, expected, tmp_path):
    pytest.importorskip("tf2onnx", reason="tf2onnx is not installed (extra onnx)")
    pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed (extra onnx)")
    save_onnx_encoder(encoder, LENGTH, str(tmp_path))
    np.testing.assert_allclose(OnnxEmbedder(str(tmp_path)).encode(DECOMPOSED), expected, atol=1e-5)


def test_lite(encoder, expected, tmp_path):
    save_lite_encoder(encoder, LENGTH, "float32", str(tmp_path))
    np.testing.assert_allclose(
        LiteRTEmbedder(str(tmp_path)).encode(DECOMPOSED), expected, atol=1e-5
    )
