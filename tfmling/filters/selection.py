"""Whether a pair looks more like trusted translations than like raw ones."""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from tfmling.core import config
from tfmling.corpora.documents import SentencePair
from tfmling.filters.filter import PairFilter
from tfmling.mining.selection.model_folder import load_model


class Selection(PairFilter):
    """Keeps pairs whose contrastive score is `min` at least.

    The model is of two languages; pairs the other way round are turned, pairs of other languages
    pass and are counted as not judged.

    Attributes:
        model: the folder that train_selection wrote; read once in each worker.
        min: nats a word. What the model was trained on as raw scores below 0 for the most part; see
            the percentiles in the model's report, or use calibrate_threshold.
    """

    kind: Literal["selection"]
    model: config.InputPath
    min: float

    def score(self, pair: SentencePair) -> float:
        """The score of one pair, see `scores`."""
        return self.scores([pair])[0]

    def scores(self, items: Sequence[SentencePair]) -> list[float]:
        """(log P_trusted - log P_raw) a word, both directions added; infinite where not judged."""
        model = load_model(self.model)
        known = (model.source_language, model.target_language)
        turned = [_turned(pair, known) for pair in items]
        numbers = [n for n, sides in enumerate(turned) if sides]
        sides = [each for each in turned if each]
        scores = np.full(len(items), math.inf)
        scores[numbers] = model.scores([s for s, _ in sides], [t for _, t in sides])
        return scores.tolist()

    def accepts(self, score: float) -> bool:
        """Whether the score is reached."""
        return score >= self.min

    def lets_pass(self, language: str) -> str | None:
        """Languages that are not the model's pass."""
        model = load_model(self.model)
        if language in (model.source_language, model.target_language):
            return None
        return "unknown_to_selection"


def _turned(pair: SentencePair, known: tuple[str, str]) -> tuple[str, str] | None:
    """Both sides in the model's order; None of other languages."""
    own = (pair.source_language, pair.target_language)
    if own == known:
        return pair.source, pair.target
    return (pair.target, pair.source) if own[::-1] == known else None
