"""A sentence and its translation, as the bitext formats give it."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class SentencePair:
    """One line of a bitext.

    Attributes:
        path: the file, of two that of the source.
        line: the line in it.
        source: a sentence.
        target: its translation.
        source_language: BCP-47 code.
        target_language: BCP-47 code.
        license: under which it may be used, such as CC-BY-4.0; None where it is not known.
    """

    path: str
    line: int
    source: str
    target: str
    source_language: str
    target_language: str
    license: str | None = None

    @property
    def location(self) -> str:
        """File and line, `corpus.tsv.gz:17`."""
        return f"{self.path}:{self.line}"

    @property
    def characters(self) -> int:
        """The length of both sides."""
        return len(self.source) + len(self.target)
