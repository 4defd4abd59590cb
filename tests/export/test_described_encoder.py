"""Exports keep a folder's settings: case, accents, CJK, sentence layers and maximum length."""

import numpy as np
import pytest
import tensorflow as tf

from export.checks import resolve_max_length
from export.encoder import save_encoder_model
from export.lite import save_lite_encoder
from export.onnx import save_onnx_encoder
from export.settings import ExportTfhub
from export.tfhub import export_tfhub
from tests.tiny import LETTERS, tiny_encoder
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.core.config import ConfigError
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.embedding.litert_embedder import LiteRTEmbedder
from tfmling.embedding.onnx_embedder import OnnxEmbedder
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.sentence_layers import SentenceDense, SentenceLayerNorm
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary

PIECES = (*SPECIAL_PIECES, *LETTERS, "é", "##é", "##e", "山水", "山", "水")
TEXTS = ["é É a", "山水 b", "abc é", "Ab", "a b c d e f g h i j k l m n o p"]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """Lower-cases, keeps accents and CJK together; max, Dense and LayerNorm; reads 12 pieces."""
    vocabulary = WordPieceVocabulary(PIECES, True, strip_accents=False, split_chinese=False)
    made = tiny_encoder(vocabulary=vocabulary)
    layers = [SentenceDense(16, 6, "tanh", use_bias=True), SentenceLayerNorm(6)]
    for layer in layers:
        for number, variable in enumerate(layer.trainable_variables):
            variable.assign(tf.random.stateless_normal(variable.shape, (1, number)))
    return Encoder(
        made.backbone, vocabulary, pooling="max", sentence_layers=layers, max_text_length=12
    )


@pytest.fixture(scope="module")
def expected(encoder) -> np.ndarray:
    vectors = KerasEmbedder(encoder, 12).encode(TEXTS)
    plain = WordPieceVocabulary(PIECES, True)
    other = encoder.with_backbone(encoder.backbone, plain)
    assert np.abs(KerasEmbedder(other, 12).encode(TEXTS) - vectors).max() > 1e-2  # the case shows
    return vectors


def test_an_encoder_model_is_read_again(encoder, expected, tmp_path):
    for dtype in ("float32", "bfloat16"):
        save_encoder_model(encoder, str(tmp_path / dtype), dtype)
    again = load_encoder(str(tmp_path / "float32"))
    assert again.vocabulary == encoder.vocabulary
    assert (again.pooling, again.max_text_length, again.embedding_dim) == ("max", 12, 6)
    np.testing.assert_allclose(KerasEmbedder(again).encode(TEXTS), expected, atol=1e-6)
    rounded = load_encoder(str(tmp_path / "bfloat16"))
    cosines = (KerasEmbedder(rounded).encode(TEXTS) * expected).sum(axis=1)
    assert cosines.min() > 0.98


def test_a_sentence_encoder_gives_the_vectors(encoder, expected, tmp_path):
    save_encoder(encoder, str(tmp_path / "encoder"))
    settings = ExportTfhub(
        output=str(tmp_path / "hub"), encoder=str(tmp_path / "encoder"), max_length=12
    )
    export_tfhub(settings)
    model = tf.saved_model.load(f"{settings.output}/sentence_encoder")
    np.testing.assert_allclose(model(tf.constant(TEXTS)), expected, atol=1e-5)


def test_an_onnx_model_gives_the_vectors(encoder, expected, tmp_path):
    pytest.importorskip("tf2onnx")
    pytest.importorskip("onnxruntime")
    save_onnx_encoder(encoder, 12, str(tmp_path))
    np.testing.assert_allclose(OnnxEmbedder(str(tmp_path)).encode(TEXTS), expected, atol=1e-4)


def test_a_lite_model_gives_the_vectors(encoder, expected, tmp_path):
    pytest.importorskip("ai_edge_litert")
    save_lite_encoder(encoder, 12, "float32", str(tmp_path))
    np.testing.assert_allclose(LiteRTEmbedder(str(tmp_path)).encode(TEXTS), expected, atol=1e-4)


def test_an_export_reads_no_more_than_the_encoder(encoder):
    assert resolve_max_length(None, encoder) == 12
    with pytest.raises(ConfigError, match="max_length: expected at most 12"):
        resolve_max_length(13, encoder)
