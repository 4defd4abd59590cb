"""The filter that checks a sentence's language."""

import functools
import logging
import math
from collections.abc import Sequence
from typing import Literal

import pydantic

from tfmling.core.languages import Language
from tfmling.filters.filter import Sentence, SentenceFilter
from tfmling.text.language_id import LanguageId
from tfmling.text.language_id.identifier import Comparison

_LOGGER = logging.getLogger(__name__)


class LanguageFilter(SentenceFilter):
    """Keep sentences that are plausibly in their declared language.

    Language identification is reliable for long texts and guesses for short ones, so the required
    plausibility grows with the length, up to `full_length` characters. "Ndiyo." may be slightly
    likelier Hausa; a long text must be likelier Swahili than any other language.

    Example:
        >>> language = LanguageFilter(kind="language", identifier={"kind": "cld2"})
        >>> sentence = "The children walked to school early in the morning."
        >>> language.accepts(language.score(sentence, "en"))
        True
        >>> language.accepts(language.score(sentence, "sw"))
        False
    """

    kind: Literal["language"]
    identifier: LanguageId
    """`cld2`, `py3langid`, or `fasttext` with a model of your own."""
    min_plausibility: float = pydantic.Field(0.5, ge=0, le=1)
    """Required for long texts, see `Comparison`."""
    full_length: int = pydantic.Field(50, gt=0)
    """Length in characters from which a text is long."""
    neighbors: dict[Language, list[Language]] = pydantic.Field({})
    """Language -> languages that even its short texts must be distinguished from. A sentence that
    is likelier one of these is rejected whatever its length.
    """
    unknown: Literal["keep", "drop"] = "keep"
    """`keep` or `drop` languages that the identifier does not know. Either way they are counted, as
    `unknown_to_cld2`.
    """

    def score(self, text: str, language: str) -> float:
        """The plausibility of the language divided by what this length requires.

        Infinite for an unknown language that is kept, NaN for one that is dropped.
        """
        return self.scores([Sentence(text, language)])[0]

    def scores(self, items: Sequence[Sentence]) -> list[float]:
        """The scores of sentences, which may be in several languages, in order."""
        scores = [math.inf] * len(items)
        for language in {item.language for item in items}:
            numbers = [n for n, item in enumerate(items) if item.language == language]
            texts = [items[n].text for n in numbers]
            for number, score in zip(numbers, self._scores(texts, language), strict=True):
                scores[number] = score
        return scores

    def accepts(self, score: float) -> bool:
        """Whether the plausibility suffices."""
        return score >= 1

    def reason(self, score: float) -> str:
        """`language`, or the name of the identifier that does not know the language."""
        return self._unknown_reason if math.isnan(score) else self.kind

    def passes_unjudged(self, language: str) -> str | None:
        """`unknown_to_cld2` (or another identifier) for unknown languages that are kept."""
        if self.unknown == "drop" or self.identifier.resolve(language) is not None:
            return None
        return self._unknown_reason

    @property
    def _unknown_reason(self) -> str:
        return f"unknown_to_{self.identifier.kind}"

    def _scores(self, texts: Sequence[str], language: str) -> list[float]:
        if self.identifier.resolve(language) is None:
            _warn_of_unknown(self.identifier.kind, language, self.unknown)
            return [math.inf if self.unknown == "keep" else math.nan] * len(texts)
        neighbors = self.neighbors.get(language, ())
        compared = self.identifier.compare(texts, language)
        return [
            self._ratio(text, comparison, neighbors)
            for text, comparison in zip(texts, compared, strict=True)
        ]

    def _ratio(self, text: str, comparison: Comparison, neighbors: Sequence[str]) -> float:
        is_neighbor = comparison.rival in neighbors
        share = 1 if is_neighbor else min(1, len(text) / self.full_length)
        required = self.min_plausibility * share
        return comparison.plausibility / required if required else math.inf


@functools.cache  # once per process
def _warn_of_unknown(kind: str, language: str, action: str) -> None:
    done = "kept without a check" if action == "keep" else "dropped"
    _LOGGER.warning("%s does not know %s; all of it is %s", kind, language, done)
