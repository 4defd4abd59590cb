"""An XLM-R as SavedModels: text cut in the graph, vectors as before, and read back."""

import numpy as np
import pytest
import tensorflow as tf

from export.encoder import save_encoder_model
from export.sentence_encoder import save_sentence_encoder
from tests import tiny
from tests.sentence_piece import LINES, ODD, trained_model
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.modeling.encoder import Encoder
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary

LENGTH = 16


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    vocabulary = SentencePieceVocabulary(trained_model())
    made = tiny.tiny_encoder(vocabulary=vocabulary)
    return Encoder(made.backbone, vocabulary, pooling="mean", layer_norm_epsilon=1e-2)


def test_strings_to_vectors(encoder, tmp_path) -> None:
    path = str(tmp_path / "sentence_encoder")
    save_sentence_encoder(encoder, build_tokenizer(encoder.vocabulary), LENGTH, path)
    texts = LINES + ODD
    expected = KerasEmbedder(encoder, LENGTH).encode(texts)
    np.testing.assert_allclose(tf.saved_model.load(path)(texts), expected, atol=1e-5)


def test_the_encoder_is_read_back_with_its_epsilon(encoder, tmp_path) -> None:
    save_encoder_model(encoder, str(tmp_path))
    again = load_encoder(str(tmp_path))
    assert again.layer_norm_epsilon == pytest.approx(1e-2)
    assert again.vocabulary == encoder.vocabulary
    assert (tmp_path / "assets" / "sentencepiece.bpe.model").read_bytes() == trained_model()
    inputs = build_tokenizer(encoder.vocabulary).pack(tf.ragged.constant([[7, 8], [9]]), LENGTH)
    np.testing.assert_allclose(again.embed(inputs), encoder.embed(inputs), atol=1e-6)
