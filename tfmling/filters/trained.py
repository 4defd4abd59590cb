"""Filters that apply a trained model. Each reads its model once per process, on first use."""

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pydantic

from tfmling.core import config
from tfmling.corpora.documents import SentencePair
from tfmling.embedding.load_exported_embedder import cached_exported_embedder
from tfmling.filters.filter import PairFilter, Sentence, SentenceFilter
from tfmling.mining.selection.model_folder import load_model
from tfmling.quality.models import load_models, probabilities


class QualityFilter(SentenceFilter):
    """Keep sentences that are main content of a page with probability `min` or more.

    Example:
        >>> from tfmling.quality import features, models
        >>> shape = np.zeros(10)
        >>> shape[features.SURFACE_FEATURES.index("ends_a_sentence")] = 1.0
        >>> extractor = features.FeatureExtractor(max_order=1, bits=1)
        >>> model = models.NgramModel(extractor, np.zeros(2), shape, bias=0.0)
        >>> models.save_models(folder, {models.ANY: model})
        >>> quality = QualityFilter(kind="quality", model=folder, min=0.6)
        >>> [quality.accepts(quality.score(text, "sw")) for text in ("Maji ni uhai.", "Nyumbani")]
        [True, False]
    """

    kind: Literal["quality"]
    model: config.InputPath
    """The folder that train_quality wrote."""
    min: float = pydantic.Field(0.5, ge=0, le=1)
    """The lowest probability that is kept."""

    def score(self, text: str, language: str) -> float:
        """The probability by the model of the language, or by the model of all languages."""
        return self.scores([Sentence(text, language)])[0]

    def scores(self, items: Sequence[Sentence]) -> list[float]:
        """Probabilities of sentences, in order; each model is called once."""
        texts, languages = [each.text for each in items], [each.language for each in items]
        return probabilities(load_models(self.model), texts, languages).tolist()

    def accepts(self, score: float) -> bool:
        """Whether the probability is at least `min`."""
        return score >= self.min


class SelectionFilter(PairFilter):
    """Keep pairs that resemble trusted translations more than raw ones.

    A model knows two languages. Pairs in reverse order are swapped; pairs of other languages pass
    and are counted as not judged.

    Example:
        >>> selection = SelectionFilter(kind="selection", model=folder, min=0.0)
        >>> selection.accepts(0.2), selection.accepts(-0.2)
        (True, False)
    """

    kind: Literal["selection"]
    model: config.InputPath
    """The folder that train_selection wrote."""
    min: float
    """The lowest score that is kept, in nats per word. Most raw training pairs score below 0; see
    the percentiles in the model's report, or use calibrate_threshold.
    """

    def score(self, pair: SentencePair) -> float:
        """The score of one pair, see `scores`."""
        return self.scores([pair])[0]

    def scores(self, items: Sequence[SentencePair]) -> list[float]:
        """(log P_trusted - log P_raw) per word, summed over directions; infinite if not judged."""
        model = load_model(self.model)
        known = (model.source_language, model.target_language)
        ordered = [_in_order(pair, known) for pair in items]
        numbers = [n for n, sides in enumerate(ordered) if sides]
        sides = [each for each in ordered if each]
        scores = np.full(len(items), math.inf)
        scores[numbers] = model.scores([s for s, _ in sides], [t for _, t in sides])
        return scores.tolist()

    def accepts(self, score: float) -> bool:
        """Whether the score is at least `min`."""
        return score >= self.min

    def passes_unjudged(self, language: str) -> str | None:
        """`unknown_to_selection` for languages that the model does not know."""
        model = load_model(self.model)
        if language in (model.source_language, model.target_language):
            return None
        return "unknown_to_selection"


def _in_order(pair: SentencePair, known: tuple[str, str]) -> tuple[str, str] | None:
    """Both sides in the model's order, or None if the pair is in other languages."""
    own = (pair.source_language, pair.target_language)
    if own == known:
        return pair.source, pair.target
    return (pair.target, pair.source) if own[::-1] == known else None


class CosineFilter(PairFilter):
    """Keep pairs whose sentence embeddings have a cosine of `min` or more.

    This costs far more than the other filters: put it at the end of the list.

    Example:
        >>> cosine = CosineFilter(kind="cosine", model=folder, min=0.7)
        >>> cosine.accepts(0.75), cosine.accepts(0.65)
        (True, False)
    """

    kind: Literal["cosine"]
    model: config.InputPath
    """An exported sentence encoder, as `export_tfhub` writes it."""
    min: float = pydantic.Field(ge=-1, le=1)
    """Depends on the model; look at the scores of good pairs first."""
    batch_size: int = pydantic.Field(64, gt=0)
    """Sentences per call of the model."""

    def score(self, pair: SentencePair) -> float:
        """The cosine, in [-1, 1]."""
        return self.scores([pair])[0]

    def scores(self, items: Sequence[SentencePair]) -> list[float]:
        """Cosines of pairs, in order."""
        if not items:
            return []
        texts = [pair.source for pair in items] + [pair.target for pair in items]
        vectors_ND = cached_exported_embedder(self.model, self.batch_size).encode(texts)
        source_ND, target_ND = np.split(vectors_ND, 2)
        return np.einsum("nd,nd->n", source_ND, target_ND).tolist()

    def accepts(self, score: float) -> bool:
        """Whether the cosine is at least `min`."""
        return score >= self.min
