"""Composed and decomposed text has one vector, in the checkpoint and in everything exported."""

import unicodedata

import numpy as np
import pytest
import tensorflow as tf

from export.lite_encoder import save_lite_encoder
from export.onnx_encoder import save_onnx_encoder
from export.preprocessor import save_preprocessor
from export.sentence_encoder import save_sentence_encoder
from tests.tiny import tiny_encoder
from tfmling.embedding.embed_text import TextEmbedder
from tfmling.embedding.exported_model import ExportedModel
from tfmling.embedding.lite_model import LiteModel
from tfmling.embedding.onnx_model import OnnxModel
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
    vectors_ND = TextEmbedder(encoder, LENGTH)(COMPOSED)
    np.testing.assert_array_equal(TextEmbedder(encoder, LENGTH)(DECOMPOSED), vectors_ND)
    return vectors_ND


def test_sentence_encoder(encoder, expected, tmp_path):
    tokenizer = build_tokenizer(encoder.vocabulary)
    save_sentence_encoder(encoder, tokenizer, LENGTH, f"{tmp_path}/model")
    embed = ExportedModel(f"{tmp_path}/model")  # what mining and `nearest` use
    np.testing.assert_allclose(embed(COMPOSED), expected, atol=1e-5)
    np.testing.assert_array_equal(embed(DECOMPOSED), embed(COMPOSED))


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
    np.testing.assert_allclose(OnnxModel(str(tmp_path))(DECOMPOSED), expected, atol=1e-5)


def test_lite(encoder, expected, tmp_path):
    save_lite_encoder(encoder, LENGTH, "float32", str(tmp_path))
    np.testing.assert_allclose(LiteModel(str(tmp_path))(DECOMPOSED), expected, atol=1e-5)
