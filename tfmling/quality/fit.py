"""Fit quality classifiers with scikit-learn's logistic regression.

Shapes: N texts, V buckets, S surface features, F = V + S features, D width of embeddings.
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from tfmling.embedding.load_exported_embedder import cached_exported_embedder
from tfmling.quality.encoder_model import EncoderModel
from tfmling.quality.features import FeatureExtractor
from tfmling.quality.ngram_model import NgramModel
from tfmling.quality.settings import EncoderClassifier


def feature_matrix(features: FeatureExtractor, texts: Sequence[str]) -> sparse.csr_matrix:
    """Features of texts, float64 [N, F]: n-gram buckets, then surface features.

    Example:
        >>> extractor = FeatureExtractor(max_order=2, bits=4)  # 16 buckets and 10 surface features
        >>> feature_matrix(extractor, ["Habari ya leo.", "Nyumbani"]).shape
        (2, 26)
    """
    bucket_G, text_G, surface_NS = features.extract(texts)
    value_G = features.scale(text_G, len(texts))[text_G]
    ngrams_NV = sparse.csr_matrix(
        (value_G, (text_G, bucket_G)), shape=(len(texts), 1 << features.bits)
    )
    return sparse.hstack([ngrams_NV, surface_NS], format="csr")


def fit_ngram_model(
    features: FeatureExtractor,
    texts: Sequence[str],
    good: Sequence[bool],
    *,
    strength: float,
    balanced: bool,
    max_iterations: int = 300,
) -> NgramModel:
    """Train by L-BFGS.

    Args:
        features: computes the features.
        texts: N sentences.
        good: whether each is main content; both classes must occur.
        strength: the inverse of the L2 penalty (scikit-learn's C).
        balanced: whether both classes have the same total weight.
        max_iterations: of L-BFGS.

    Returns:
        The model. Training standardizes the surface features; the returned weights apply to
        unscaled ones.

    Raises:
        ValueError: there is only one class.

    Example:
        >>> extractor = FeatureExtractor(max_order=2, bits=8)
        >>> texts, good = ["Habari ya leo.", "Nyumbani | Michezo"], [True, False]
        >>> model = fit_ngram_model(extractor, texts, good, strength=10.0, balanced=True)
        >>> (model.probabilities(texts) > 0.5).tolist()
        [True, False]
    """
    matrix_NF = feature_matrix(features, texts)
    buckets = 1 << features.bits
    surface_NS = matrix_NF[:, buckets:].toarray()
    mean_S, deviation_S = surface_NS.mean(axis=0), surface_NS.std(axis=0)
    deviation_S[deviation_S == 0] = 1
    scaled_NF = sparse.hstack(
        [matrix_NF[:, :buckets], (surface_NS - mean_S) / deviation_S], format="csr"
    )
    weight_F, intercept = _fit(scaled_NF, good, strength, balanced, max_iterations)
    surface_S = weight_F[buckets:] / deviation_S
    bias = float(intercept - surface_S @ mean_S)
    return NgramModel(features, weight_F[:buckets].astype(np.float32), surface_S, bias)


def fit_encoder_model(
    settings: EncoderClassifier, texts: Sequence[str], good: Sequence[bool], *, balanced: bool
) -> EncoderModel:
    """Train on the embeddings of a frozen encoder.

    Args:
        settings: of the encoder and the penalty.
        texts: N sentences.
        good: whether each is main content; both classes must occur.
        balanced: whether both classes have the same total weight.

    Raises:
        FileNotFoundError: the encoder does not exist.
        ValueError: there is only one class.
    """
    vectors_ND = cached_exported_embedder(settings.model, settings.batch_size).encode(texts)
    weight_D, intercept = _fit(vectors_ND, good, settings.strength, balanced, 300)
    return EncoderModel(
        settings.model, settings.batch_size, weight_D.astype(np.float32), float(intercept)
    )


def _fit(
    matrix_NF: np.ndarray | sparse.csr_matrix,
    good: Sequence[bool],
    strength: float,
    balanced: bool,
    max_iterations: int,
) -> tuple[np.ndarray, np.floating]:
    regression = LogisticRegression(
        C=strength, max_iter=max_iterations, class_weight="balanced" if balanced else None
    ).fit(matrix_NF, np.asarray(good, bool))
    return regression.coef_[0], regression.intercept_[0]
