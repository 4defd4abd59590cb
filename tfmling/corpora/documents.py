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


# TODO-DOC """A sentence and its translation, as the bitext formats give it."""


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


# TODO-DOC """What was read and is not kept, with the reason: nothing disappears unseen."""


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
