"""Several identifiers, of which one must find an expected language plausible."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import pydantic

from tfmling.text.language_id.cld2 import Cld2
from tfmling.text.language_id.fasttext import FastText
from tfmling.text.language_id.identifier import Comparison, LanguageIdentifier
from tfmling.text.language_id.py3langid import Py3Langid

_CERTAIN = 0.5  # from there on the language is the likeliest of all, and nobody else is asked

Single = Annotated[Cld2 | Py3Langid | FastText, pydantic.Field(discriminator="kind")]


class AnyOf(LanguageIdentifier):
    """Asks identifiers in turn until one finds the expected language likelier than all others.

    Identifiers err in different sentences: fewer good ones are lost. The fastest comes first, the
    others are only asked about what it doubts. To be stricter instead, use two filters in a row.

    Attributes:
        identifiers: in the order in which they are asked.
    """

    kind: Literal["any_of"]
    package: ClassVar[str] = "tfmling"
    identifiers: list[Single] = pydantic.Field(min_length=1)

    @property
    def languages(self) -> frozenset[str]:
        """The languages that one of them knows."""
        return frozenset().union(*(each.languages for each in self.identifiers))

    def identify(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """The answers of the first identifier."""
        return self.identifiers[0].identify(texts)

    def compare(self, texts: Sequence[str], expected: str) -> list[Comparison]:
        """The comparison in which the expected language does best, of those that were made."""
        best = [Comparison(-1.0, "und")] * len(texts)
        for each in self.identifiers:
            doubted = [n for n, found in enumerate(best) if found.plausibility < _CERTAIN]
            if doubted and each.names(expected):
                compared = each.compare([texts[n] for n in doubted], expected)
                for n, comparison in zip(doubted, compared, strict=True):
                    best[n] = max(best[n], comparison, key=lambda one: one.plausibility)
        return best
