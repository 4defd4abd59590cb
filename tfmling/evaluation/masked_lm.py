"""How well a model guesses hidden words of a language, with the same words hidden for all models.

Made for retention: what an extension did to the languages that the model knew. Words are hidden
whole, by their number in the sentence, so two vocabularies hide the same words; the loss is given
by word, since a longer vocabulary has fewer pieces to guess in one.
"""

from typing import ClassVar, Literal

import pydantic

from tfmling.core.config import Seed
from tfmling.core.intervals import Scores
from tfmling.evaluation.sentences_set import SentencesSet
from tfmling.evaluation.test_set import Scored


class MaskedLMSet(SentencesSet):
    """Sentences with some words hidden; the model must have a masked-LM head."""

    TITLE: ClassVar = "Hidden words: share guessed, and loss a word (95 % intervals)"
    SHOWN: ClassVar = {"accuracy": "guessed", "loss_per_word": "loss a word"}
    AXIS: ClassVar = "hidden words guessed"
    EMBEDS: ClassVar = False

    kind: Literal["masked_lm"]
    mask_rate: float = pydantic.Field(0.15, gt=0, lt=1, description="share of words hidden")
    max_length: int | None = pydantic.Field(
        None, ge=3, description="pieces read of a sentence; null: as many as the model reads"
    )
    batch_size: int = pydantic.Field(16, ge=1)
    seed: Seed = pydantic.Field(1, description="which words are hidden")

    def score(self, scored: Scored) -> dict[str, Scores]:
        """Keys as `pseudo_loss.describe` gives.

        Raises:
            ModelError: the model has no masked-LM head.
        """
        from tfmling.evaluation.pseudo_loss import describe, score_hidden_words  # TensorFlow

        words = score_hidden_words(scored.folder, scored.texts[0], self)
        return {self.keys[0]: describe(words)}
