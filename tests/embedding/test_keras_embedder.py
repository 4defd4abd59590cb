"""Encoding keeps the order and does not depend on the batch."""

import numpy as np

from tfmling.conversion.encoder_folder import load_encoder
from tfmling.embedding.keras_embedder import KerasEmbedder

TEXTS = ["abc", "", "a b c d e f", "b", "e d c b a a a a a a a a a a a a a a a a", "abc"]


def test_vectors_do_not_depend_on_neighbors(hugging_face_folder):
    encoder = load_encoder(str(hugging_face_folder))
    together = KerasEmbedder(encoder, max_length=16, batch_size=3).encode(TEXTS)
    alone = np.concatenate([KerasEmbedder(encoder, max_length=16).encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(together[0], together[5], atol=1e-5)
    assert np.abs(together[0] - together[3]).max() > 0.01


def test_no_texts_give_no_vectors(hugging_face_folder):
    encoder = load_encoder(str(hugging_face_folder))
    assert KerasEmbedder(encoder).encode([]).shape == (0, 12)
