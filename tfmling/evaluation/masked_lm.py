"""Retention: how well a model predicts masked words of a language.

Measures what an extension did to the languages that the model knew. Whole words are masked, chosen
by their number in the sentence, so that all vocabularies mask the same words. The loss is per word,
since a longer vocabulary has fewer pieces to predict per word.
"""

from typing import ClassVar, Literal

import pydantic

from tfmling.core.config import Seed
from tfmling.core.intervals import Scores
from tfmling.evaluation.test_set import EmbeddedSet, SentencesSet


class MaskedLMSet(SentencesSet):
    """Sentences with some words masked; the model must have a masked-LM head.

    Example:
        >>> _ = open("sw", "w").write("Paka analala.\\n")
        >>> sentences = dict(format="plain_text", path="sw", language="sw")
        >>> MaskedLMSet(kind="masked_lm", name="news", sentences=sentences).mask_rate
        0.15
    """

    TITLE: ClassVar = "Hidden words: share guessed, and loss a word (95 % intervals)"
    METRICS: ClassVar = {"accuracy": "guessed", "loss_per_word": "loss a word"}
    AXIS: ClassVar = "hidden words guessed"
    EMBEDS: ClassVar = False

    kind: Literal["masked_lm"]
    mask_rate: float = pydantic.Field(0.15, gt=0, lt=1)
    """Share of words to mask."""
    max_length: int | None = pydantic.Field(None, ge=3)
    """Pieces read per sentence; null: as many as the model reads."""
    batch_size: int = pydantic.Field(16, ge=1)
    """Sentences per call of the model."""
    seed: Seed = 1
    """Seed of the choice of words."""

    def score(self, embedded: EmbeddedSet) -> dict[str, Scores]:
        """Score the model of `embedded.folder`; see `tfmling.evaluation.masked_words.describe`.

        Raises:
            ModelError: the model has no masked-LM head.
        """
        from tfmling.evaluation.masked_words import Masking, describe, score_words  # TensorFlow

        masking = Masking(self.mask_rate, self.max_length, self.batch_size, self.seed)
        words = score_words(embedded.folder, embedded.texts[0], masking, progress=self.name)
        return {self.keys[0]: describe(words)}
