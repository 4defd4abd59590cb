"""Matryoshka: the weighted sum of ranking losses on truncated vectors."""

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.core.config_errors import ConfigError
from tfmling.objectives.settings import Ranking
from tfmling.objectives.translation_ranking import TranslationRanking

SETTINGS = Ranking(margin=0.1, scale=5.0)
KEYS = tf.reshape(tf.range(12), [6, 2])


def _vectors(width: int) -> tf.Tensor:
    return tf.math.l2_normalize(tf.random.stateless_normal((6, 2, width), (1, 2)), -1)


def test_weighted_sum_over_truncated_vectors():
    vectors = _vectors(8)
    loss, metrics = TranslationRanking(SETTINGS, None, {2: 0.5, 4: 2.0})(vectors, KEYS)
    parts = {}
    for width in (2, 4, 8):
        cut = vectors.numpy()[..., :width]
        cut = cut / np.linalg.norm(cut, axis=-1, keepdims=True)
        parts[width], own = TranslationRanking(SETTINGS)(tf.constant(cut), KEYS)
        name = "p_at_1" if width == 8 else f"p_at_1_{width}"
        assert float(metrics[name]) == pytest.approx(float(own["p_at_1"]))
    expected = parts[8] + 0.5 * parts[2] + 2.0 * parts[4]
    assert float(loss) == pytest.approx(float(expected), rel=1e-5)


def test_width_must_be_below_the_encoders():
    with pytest.raises(
        ConfigError, match=r"matryoshka_dims: .* below the encoder's 16, got \[16\]"
    ):
        tiny.dual_encoder(tiny.tiny_encoder(), matryoshka_dims={16: 1.0, 4: 1.0})


def test_embed_truncates_and_normalizes():
    encoder = tiny.tiny_encoder()
    features = tiny.features(tiny.dual_encoder(encoder), tiny.tiny_texts())
    inputs = {name: features[f"source_{name}"] for name in
              ("input_word_ids", "input_mask", "input_type_ids")}  # fmt: skip
    whole, cut = encoder.embed(inputs).numpy(), encoder.embed(inputs, truncate_dim=5).numpy()
    norms = np.linalg.norm(whole[:, :5], axis=1, keepdims=True)
    np.testing.assert_allclose(cut, whole[:, :5] / norms, atol=1e-6)
    with pytest.raises(ValueError, match="expected 1 to 16, got 17"):
        encoder.embed(inputs, truncate_dim=17)
