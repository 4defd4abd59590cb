"""Whether a sentence is in the language that it is said to be in."""

import functools
import logging
import math
from collections.abc import Sequence
from typing import Literal

import pydantic

from tfmling.core.languages import Language
from tfmling.filters.filter import SentenceFilter
from tfmling.filters.sentence import Sentence
from tfmling.text.language_id import LanguageId
from tfmling.text.language_id.identifier import Comparison

_LOGGER = logging.getLogger(__name__)


class ExpectedLanguage(SentenceFilter):
    """Keeps sentences that can be of their language, which is expected and not asked for.

    An identifier is sure of long texts and guesses at short ones, so less is asked of these: the
    plausibility that is needed grows with the length up to `full_length` characters. "Ndiyo." may
    be likelier Hausa by a little; a long text must be likelier Swahili than anything else.

    Attributes:
        identifier: which identifies; `cld2`, `py3langid`, or `fasttext` with a model of one's own.
        min_plausibility: what long texts need, see `Comparison`.
        full_length: from how many characters on a text is long.
        neighbours: language -> languages that its short texts must be told from as well as its long
            ones: what is likelier one of these is rejected whatever its length.
        unknown: `keep` or `drop` what is in a language that the identifier does not know; it is
            counted as `unknown_to_cld2` either way.
    """

    kind: Literal["language"]
    identifier: LanguageId
    min_plausibility: float = pydantic.Field(0.5, ge=0, le=1)
    full_length: int = pydantic.Field(50, gt=0)
    neighbours: dict[Language, list[Language]] = pydantic.Field({})
    unknown: Literal["keep", "drop"] = "keep"

    def score(self, text: str, language: str) -> float:
        """The plausibility of the language divided by what a text of this length needs.

        Infinite for an unknown language that is kept, NaN for one that is dropped.
        """
        return self.scores([Sentence(text, language)])[0]

    def scores(self, items: Sequence[Sentence]) -> list[float]:
        """The scores of sentences, which may be of several languages, in order."""
        scores = [math.inf] * len(items)
        for language in {item.language for item in items}:
            numbers = [n for n, item in enumerate(items) if item.language == language]
            texts = [items[n].text for n in numbers]
            for number, score in zip(numbers, self._scores(texts, language), strict=True):
                scores[number] = score
        return scores

    def accepts(self, score: float) -> bool:
        """Whether the plausibility is enough."""
        return score >= 1

    def reason(self, score: float) -> str:
        """Another language, or one that the identifier does not know."""
        return self._unknown if math.isnan(score) else self.kind

    def lets_pass(self, language: str) -> str | None:
        """Languages that the identifier does not know pass, if they are to be kept."""
        if self.unknown == "drop" or self.identifier.resolve(language) is not None:
            return None
        return self._unknown

    @property
    def _unknown(self) -> str:
        return f"unknown_to_{self.identifier.kind}"

    def _scores(self, texts: Sequence[str], language: str) -> list[float]:
        if self.identifier.resolve(language) is None:
            _warn_of_unknown(self.identifier.kind, language, self.unknown)
            return [math.inf if self.unknown == "keep" else math.nan] * len(texts)
        near = self.neighbours.get(language, ())
        compared = self.identifier.compare(texts, language)
        return [
            self._ratio(text, comparison, near)
            for text, comparison in zip(texts, compared, strict=True)
        ]

    def _ratio(self, text: str, comparison: Comparison, near: Sequence[str]) -> float:
        full = comparison.rival in near
        needed = self.min_plausibility * (1 if full else min(1, len(text) / self.full_length))
        return comparison.plausibility / needed if needed else math.inf


@functools.cache  # once in each process
def _warn_of_unknown(kind: str, language: str, action: str) -> None:
    done = "kept unjudged" if action == "keep" else "dropped"
    _LOGGER.warning("unknown to %s: %s; all of it is %s", kind, language, done)
