"""Retention: how close a model's sentence vectors stayed to those of a reference model.

Training on a new language should not move the vectors of English. The score is the mean cosine of
both models' vectors of the same sentences; 1 means that nothing moved.

Shapes: N sentences, D width.
"""

from typing import ClassVar, Literal

import numpy as np

from tfmling.core.config import Name
from tfmling.core.intervals import Scores, mean_with_interval
from tfmling.embedding.embedder import ModelError
from tfmling.evaluation.test_set import EmbeddedSet, SentencesSet


class SimilaritySet(SentencesSet):
    """Sentences; the mean cosine of a model's vectors with those of a reference model.

    Example:
        >>> _ = open("en", "w").write("Hello.\\nPeace.\\n")
        >>> sentences = dict(format="plain_text", path="en", language="en")
        >>> settings = dict(name="news", sentences=sentences, reference="before")
        >>> SimilaritySet(kind="similarity", **settings).read()
        (['Hello.', 'Peace.'],)
    """

    TITLE: ClassVar = "Similarity to the reference model: mean cosine (95 % interval)"
    METRICS: ClassVar = {"mean_cosine": "cosine"}
    AXIS: ClassVar = "mean cosine to the reference model"

    kind: Literal["similarity"]
    reference: Name
    """A key of `models`."""

    def score(self, embedded: EmbeddedSet) -> dict[str, Scores]:
        """Compare with the reference model; see `similarity_scores`.

        Raises:
            ModelError: the reference model's vectors have another width.
        """
        assert embedded.reference is not None, "a similarity set names a reference"
        return {self.keys[0]: similarity_scores(embedded.vectors[0], embedded.reference[0])}


def similarity_scores(vector_ND: np.ndarray, reference_ND: np.ndarray) -> Scores:
    """Compute the mean cosine of two models' vectors of the same sentences.

    Args:
        vector_ND: L2-normalized float32.
        reference_ND: the reference model's vectors.

    Returns:
        `count`, `mean_cosine` with its 95 % interval (normal approximation), and `min_cosine`.

    Raises:
        ModelError: the vectors differ in width.

    Example:
        >>> vectors = np.eye(2, dtype=np.float32)
        >>> similarity_scores(vectors, vectors)["mean_cosine"]
        1.0
    """
    if vector_ND.shape != reference_ND.shape:
        raise ModelError(
            f"expected vectors of the reference's shape {reference_ND.shape}, got "
            f"{vector_ND.shape}; compare a model with the one that it was trained from"
        )
    cosine_N = np.einsum("nd,nd->n", vector_ND, reference_ND, dtype=np.float64)
    return {
        "count": len(cosine_N),
        **mean_with_interval("mean_cosine", cosine_N),
        "min_cosine": float(cosine_N.min()),
    }
