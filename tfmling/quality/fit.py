"""Fits a model by scikit-learn's logistic regression.

Shapes: N texts, V buckets, S measures of shape, F = V + S features, D width of vectors.
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from tfmling.embedding.load_exported_embedder import cached_exported_embedder
from tfmling.quality.encoder_model import EncoderModel
from tfmling.quality.ngram_model import Features, NgramModel
from tfmling.quality.settings import Encoder


def feature_matrix(features: Features, texts: Sequence[str]) -> sparse.csr_matrix:
    """Features of texts, float64 [N, F]: buckets of n-grams, then the measures of shape."""
    bucket_G, text_G, shape_NS = features.columns(texts)
    value_G = features.scale(text_G, len(texts))[text_G]
    ngrams_NV = sparse.csr_matrix(
        (value_G, (text_G, bucket_G)), shape=(len(texts), 1 << features.bits)
    )
    return sparse.hstack([ngrams_NV, shape_NS], format="csr")


def fit_ngram_model(
    features: Features,
    texts: Sequence[str],
    good: Sequence[bool],
    *,
    strength: float,
    balanced: bool,
    max_iterations: int = 300,
) -> NgramModel:
    """Trains by L-BFGS.

    Args:
        features: of which the model is made.
        texts: N sentences.
        good: whether each is main content; both must occur.
        strength: the inverse of the L2 penalty (scikit-learn's C).
        balanced: whether both classes weigh the same, whichever has more sentences.
        max_iterations: of L-BFGS.

    Returns:
        The model; measures of shape are scaled to mean 0 and deviation 1 in training, and their
        weights are given for measures that are not.

    Raises:
        ValueError: only one class is there.
    """
    matrix_NF = feature_matrix(features, texts)
    buckets = 1 << features.bits
    shape_NS = matrix_NF[:, buckets:].toarray()
    mean_S, deviation_S = shape_NS.mean(axis=0), shape_NS.std(axis=0)
    deviation_S[deviation_S == 0] = 1
    scaled_NF = sparse.hstack(
        [matrix_NF[:, :buckets], (shape_NS - mean_S) / deviation_S], format="csr"
    )
    regression = LogisticRegression(
        C=strength, max_iter=max_iterations, class_weight="balanced" if balanced else None
    ).fit(scaled_NF, np.asarray(good, bool))
    weight_F = regression.coef_[0]
    shape_S = weight_F[buckets:] / deviation_S
    bias = float(regression.intercept_[0] - shape_S @ mean_S)
    return NgramModel(features, weight_F[:buckets].astype(np.float32), shape_S, bias)


def fit_encoder_model(
    settings: Encoder, texts: Sequence[str], good: Sequence[bool], *, balanced: bool
) -> EncoderModel:
    """Trains on the vectors of an encoder, which is not changed.

    Args:
        settings: which encoder.
        texts: N sentences.
        good: whether each is main content; both must occur.
        balanced: whether both classes weigh the same, whichever has more sentences.

    Raises:
        FileNotFoundError: there is no such encoder.
        ValueError: only one class is there.
    """
    vectors_ND = cached_exported_embedder(settings.model, settings.batch_size).encode(texts)
    regression = LogisticRegression(
        C=settings.strength, max_iter=300, class_weight="balanced" if balanced else None
    ).fit(vectors_ND, np.asarray(good, bool))
    weights = regression.coef_[0].astype(np.float32)
    bias = float(regression.intercept_[0])
    return EncoderModel(settings.model, settings.batch_size, weights, bias)
