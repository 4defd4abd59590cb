"""A document of one language, as the monolingual formats give it."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """Paragraphs that belong together, in order.

    Attributes:
        path: the file.
        language: BCP-47 code.
        paragraphs: running text, no sentence crosses from one to the next.
        lines: the line of the file on which each paragraph begins.
        split_sentences: whether paragraphs are to be split; otherwise each is one sentence.
    """

    path: str
    language: str
    paragraphs: tuple[str, ...]
    lines: tuple[int, ...]
    split_sentences: bool = True

    @property
    def uri(self) -> str:
        """File and first line, `corpus.txt.gz:17`: no other document of its corpus has it."""
        return f"{self.path}:{self.lines[0] if self.lines else 0}"

    @property
    def characters(self) -> int:
        """Its length."""
        return sum(map(len, self.paragraphs))
