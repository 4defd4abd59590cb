"""Whether a sentence is main content of a page, by a classifier that `train_quality` trained."""

from collections.abc import Sequence
from typing import Literal

import pydantic

from tfmling.core import config
from tfmling.filters.filter import SentenceFilter
from tfmling.filters.sentence import Sentence
from tfmling.quality.models import ANY, load_models


class Quality(SentenceFilter):
    """Keeps sentences that are main content with the probability `min` at least.

    Attributes:
        model: the folder that train_quality wrote; read once in each worker.
        min: the lowest probability that is kept.
    """

    kind: Literal["quality"]
    model: config.InputPath
    min: float = pydantic.Field(0.5, ge=0, le=1)

    def score(self, text: str, language: str) -> float:
        """The probability, by the model of the language, or of all languages where it has none."""
        return self.scores([Sentence(text, language)])[0]

    def scores(self, items: Sequence[Sentence]) -> list[float]:
        """Probabilities of sentences, in order; those of one model are computed together."""
        models = load_models(self.model)
        own = [each.language if each.language in models else ANY for each in items]
        scores = [0.0] * len(items)
        for language in dict.fromkeys(own):
            numbers = [n for n, name in enumerate(own) if name == language]
            found = models[language].probabilities([items[n].text for n in numbers])
            for number, probability in zip(numbers, found.tolist(), strict=True):
                scores[number] = probability
        return scores

    def accepts(self, score: float) -> bool:
        """Whether the probability is reached."""
        return score >= self.min
