"""Logistic regression on the embeddings of a sentence encoder.

Shapes: N texts, D width of the embeddings.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tfmling.embedding.load_exported_embedder import cached_exported_embedder


@dataclasses.dataclass(frozen=True)
class EncoderModel:
    """Weights of one classifier.

    Attributes:
        encoder: the folder of the exported encoder, which each process loads once.
        batch_size: sentences per call of the encoder.
        weights: float32 [D].
        bias: the logit of the zero vector.

    Example:
        >>> model = EncoderModel("exported/sentence_encoder", 64, np.ones(3, np.float32), bias=-0.5)
        >>> EncoderModel.restore(model.values(), model.arrays()).bias
        -0.5
    """

    encoder: str
    batch_size: int
    weights: np.ndarray
    bias: float

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """The probability that each text is main content, float64 [N].

        Raises:
            FileNotFoundError: the encoder has been moved since training.
        """
        if not texts:
            return np.zeros(0)
        vectors_ND = cached_exported_embedder(self.encoder, self.batch_size).encode(texts)
        logit_N = vectors_ND.astype(np.float64) @ self.weights + self.bias
        return 0.5 * (1 + np.tanh(logit_N / 2))

    def values(self) -> dict[str, Any]:
        """The fields that are saved as JSON."""
        return {"encoder": self.encoder, "batch_size": self.batch_size, "bias": self.bias}

    def arrays(self) -> dict[str, np.ndarray]:
        """The fields that are saved as arrays."""
        return {"weights": self.weights}

    @classmethod
    def restore(cls, values: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> "EncoderModel":
        """Rebuild a model from `values` and `arrays`."""
        return cls(
            values["encoder"], values["batch_size"], arrays["weights"], float(values["bias"])
        )
