"""A document of one language, as the monolingual formats give it."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """Paragraphs that belong together, in order.

    Attributes:
        path: the file.
        language: BCP-47 code.
        paragraphs: running text, no sentence crosses from one to the next.
        lines: where in the file each paragraph begins: its line; the byte at which a WARC record
            begins; the number of the page of a dump or of the row of a table.
        split_sentences: whether paragraphs are to be split; otherwise each is one sentence.
        uri: where the text comes from, as a web page does; None where that is the file alone.
        license: under which it may be used, such as CC-BY-SA-4.0; None where it is not known.
    """

    path: str
    language: str
    paragraphs: tuple[str, ...]
    lines: tuple[int, ...]
    split_sentences: bool = True
    uri: str | None = None
    license: str | None = None

    @property
    def location(self) -> str:
        """File and first line, `corpus.txt.gz:17`: no other document of its corpus has it."""
        return f"{self.path}:{self.lines[0] if self.lines else 0}"

    @property
    def characters(self) -> int:
        """Its length."""
        return sum(map(len, self.paragraphs))
