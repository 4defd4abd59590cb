"""Logistic regression on the features of a sentence: the probability that it is main content.

Inference needs only NumPy, so that workers need no scikit-learn. The probabilities are those of
scikit-learn's LogisticRegression.

Shapes: N texts, V buckets, S surface features.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tfmling.quality.features import SURFACE_FEATURES, FeatureExtractor

BATCH = 512  # texts per batch, so that their n-grams stay in the processor's cache


@dataclasses.dataclass(frozen=True)
class NgramModel:
    """Weights of one classifier.

    Attributes:
        features: computes the features that the weights belong to.
        weights: of the buckets, float32 [V].
        shape: of the unscaled surface features, float64 [S].
        bias: the logit of a text without features.

    Example:
        >>> extractor = FeatureExtractor(max_order=1, bits=1)
        >>> model = NgramModel(extractor, np.zeros(2), np.zeros(10), bias=0.0)
        >>> model.probabilities(["Habari ya leo."]).tolist()
        [0.5]
    """

    features: FeatureExtractor
    weights: np.ndarray
    shape: np.ndarray
    bias: float

    def __post_init__(self) -> None:
        expected = ((1 << self.features.bits,), (len(SURFACE_FEATURES),))
        if (self.weights.shape, self.shape.shape) != expected:
            raise ValueError(
                f"expected weights of {expected[0][0]} buckets and {expected[1][0]} surface "
                f"features, got {self.weights.shape} and {self.shape.shape}"
            )

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """The probability that each text is main content, float64 [N]."""
        parts = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        return np.concatenate([np.zeros(0), *map(self._probabilities, parts)])

    def values(self) -> dict[str, Any]:
        """The fields that are saved as JSON."""
        own = {"max_order": self.features.max_order, "bits": self.features.bits}
        return own | {"measures": list(SURFACE_FEATURES), "bias": self.bias}

    def arrays(self) -> dict[str, np.ndarray]:
        """The fields that are saved as arrays; zero weights are omitted."""
        buckets = np.flatnonzero(self.weights).astype(np.int32)
        return {"buckets": buckets, "weights": self.weights[buckets], "shape": self.shape}

    @classmethod
    def restore(cls, values: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> "NgramModel":
        """Rebuild a model from `values` and `arrays`.

        Raises:
            ValueError: the model has other surface features than this version.
        """
        if values["measures"] != list(SURFACE_FEATURES):
            raise ValueError(
                f"expected the surface features {list(SURFACE_FEATURES)}, got {values['measures']}"
            )
        features = FeatureExtractor(values["max_order"], values["bits"])
        weights: np.ndarray = np.zeros(1 << features.bits, np.float32)
        weights[arrays["buckets"]] = arrays["weights"]
        return cls(features, weights, arrays["shape"], float(values["bias"]))

    def _probabilities(self, texts: Sequence[str]) -> np.ndarray:
        bucket_G, text_G, surface_NS = self.features.extract(texts)
        weight_N = np.bincount(text_G, self.weights[bucket_G], minlength=len(texts))
        logit_N = weight_N * self.features.scale(text_G, len(texts)) + surface_NS @ self.shape
        return 0.5 * (1 + np.tanh((logit_N + self.bias) / 2))  # a sigmoid that cannot overflow
