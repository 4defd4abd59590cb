"""How far a model's sentence vectors stayed where a reference model has them.

Made for retention: what a model gained in a new language should not have moved its English. The
figure is the mean cosine between both models' vectors of the same sentences; 1 = nothing moved.

Shape letters: N sentences, D width.
"""

from typing import ClassVar, Literal

import numpy as np
import pydantic

from tfmling.core.config import Name
from tfmling.core.intervals import NORMAL_975, Scores
from tfmling.embedding.embedder import ModelError
from tfmling.evaluation.sentences_set import SentencesSet
from tfmling.evaluation.test_set import Scored


class SimilaritySet(SentencesSet):
    """Sentences; the mean cosine of a model's vectors with those of a reference model."""

    TITLE: ClassVar = "Similarity to the reference model: mean cosine (95 % interval)"
    SHOWN: ClassVar = {"mean_cosine": "cosine"}
    AXIS: ClassVar = "mean cosine to the reference model"

    kind: Literal["similarity"]
    reference: Name = pydantic.Field(description="a key of `models`")

    def score(self, scored: Scored) -> dict[str, Scores]:
        """Keys as `similarity_scores` gives.

        Raises:
            ModelError: the reference model's vectors have another width.
        """
        assert scored.reference is not None, "a similarity set names a reference"
        return {self.keys[0]: similarity_scores(scored.vectors[0], scored.reference[0])}


def similarity_scores(vector_ND: np.ndarray, reference_ND: np.ndarray) -> Scores:
    """Mean cosine with its 95 % interval (normal approximation).

    Args:
        vector_ND: L2-normalized float32 vectors of the model.
        reference_ND: the reference model's vectors of the same sentences.

    Returns:
        `count`, `mean_cosine`, `mean_cosine_low`, `mean_cosine_high` and `min_cosine`.

    Raises:
        ModelError: vectors of different widths.
    """
    if vector_ND.shape != reference_ND.shape:
        raise ModelError(
            f"expected vectors of the reference's shape {reference_ND.shape}, got "
            f"{vector_ND.shape}; compare a model with the one that it was trained from"
        )
    cosine_N = np.einsum("nd,nd->n", vector_ND, reference_ND, dtype=np.float64)
    mean = float(cosine_N.mean())
    half_width = NORMAL_975 * float(cosine_N.std(ddof=len(cosine_N) > 1)) / len(cosine_N) ** 0.5
    return {
        "count": len(cosine_N),
        "mean_cosine": mean,
        "mean_cosine_low": mean - half_width,
        "mean_cosine_high": mean + half_width,
        "min_cosine": float(cosine_N.min()),
    }
