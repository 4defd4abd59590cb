"""What was read and is not kept, with the reason: nothing disappears unseen."""

import dataclasses

_EXCERPT_CHARACTERS = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Rejected:
    """A line that cannot be read, or a sentence or pair that is not wanted.

    Attributes:
        location: file and line, `corpus.txt.gz:17`.
        language: the language, or two of a pair (`en-sw`), or `und` where it is not known.
        reason: a short name under which such cases are counted.
        excerpt: the beginning of what was there.
        score: what the filter measured, if a filter rejected it.
    """

    location: str
    language: str
    reason: str
    excerpt: str
    score: float | None = None

    @property
    def characters(self) -> int:
        """The length of what is shown of it."""
        return len(self.excerpt)


def excerpt(text: str) -> str:
    """The beginning of a text, short enough to be shown."""
    shortened = text[:_EXCERPT_CHARACTERS]
    return shortened if len(shortened) == len(text) else shortened + "…"
