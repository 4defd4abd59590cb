"""Several identifiers, one of which must find the expected language plausible."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import pydantic

from tfmling.text.language_id.cld2 import Cld2
from tfmling.text.language_id.fasttext import FastText
from tfmling.text.language_id.identifier import Comparison, LanguageIdentifier
from tfmling.text.language_id.py3langid import Py3Langid

_CERTAIN = 0.5  # from here on the expected language is the likeliest

Single = Annotated[Cld2 | Py3Langid | FastText, pydantic.Field(discriminator="kind")]


class AnyOf(LanguageIdentifier):
    """Uses identifiers in turn until one finds the expected language likelier than all others.

    Identifiers err on different sentences, so that fewer correct sentences are dropped. Put the
    fastest first; the others only see the texts that it doubts. For a stricter check use two
    filters instead.

    Example:
        >>> identifier = AnyOf(kind="any_of", identifiers=[{"kind": "cld2"}, {"kind": "py3langid"}])
        >>> found = identifier.compare(["Watoto wote wanakwenda shuleni kila siku asubuhi."], "sw")
        >>> found[0].plausibility > 0.5
        True
    """

    kind: Literal["any_of"]
    package: ClassVar[str] = "tfmling"
    identifiers: list[Single] = pydantic.Field(min_length=1)
    """Identifiers, asked in order."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages of all identifiers."""
        return frozenset().union(*(each.languages for each in self.identifiers))

    def identify(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """Identify with the first identifier."""
        return self.identifiers[0].identify(texts)

    def compare(self, texts: Sequence[str], expected: str) -> list[Comparison]:
        """Return the comparison with the highest plausibility of the expected language."""
        best = [Comparison(-1.0, "und")] * len(texts)
        for each in self.identifiers:
            doubted = [n for n, found in enumerate(best) if found.plausibility < _CERTAIN]
            if doubted and each.names(expected):
                compared = each.compare([texts[n] for n in doubted], expected)
                for n, comparison in zip(doubted, compared, strict=True):
                    best[n] = max(best[n], comparison, key=lambda one: one.plausibility)
        return best
