"""Whether a sentence and its translation mean the same to a sentence encoder."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pydantic

from tfmling.core import config
from tfmling.corpora.documents import SentencePair
from tfmling.embedding.open_exported_model import open_exported_model
from tfmling.filters.filter import PairFilter


class Cosine(PairFilter):
    """Keeps pairs whose embeddings have a cosine of `min` at least.

    The model is loaded once in each process and embeds a batch of pairs at a time. It costs far
    more than the other filters: it belongs at the end of the list.

    Attributes:
        model: an exported sentence encoder, strings to vectors, as `export_tfhub` writes it.
        min: depends on the model; look at the scores of good pairs first.
        batch_size: sentences of one call of the model.
    """

    kind: Literal["cosine"]
    model: config.InputPath
    min: float = pydantic.Field(ge=-1, le=1)
    batch_size: int = pydantic.Field(64, gt=0)

    def score(self, pair: SentencePair) -> float:
        """The cosine, in [-1, 1]."""
        return self.scores([pair])[0]

    def scores(self, items: Sequence[SentencePair]) -> list[float]:
        """The cosines of pairs, in order."""
        if not items:
            return []
        texts = [pair.source for pair in items] + [pair.target for pair in items]
        vectors_ND = open_exported_model(self.model, self.batch_size)(texts)
        source_ND, target_ND = np.split(vectors_ND, 2)
        return np.einsum("nd,nd->n", source_ND, target_ND).tolist()

    def accepts(self, score: float) -> bool:
        """Whether the cosine is reached."""
        return score >= self.min
