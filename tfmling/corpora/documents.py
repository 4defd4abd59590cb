"""What readers yield: documents, sentence pairs, and what they reject."""

import abc
import dataclasses

_EXCERPT_CHARACTERS = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """Paragraphs of one language that belong together, in order.

    Attributes:
        path: the file.
        language: BCP-47 code.
        paragraphs: running text; no sentence crosses a paragraph.
        lines: where each paragraph begins in the file: its line, the offset of its WARC record, the
            number of its wiki page or table row.
        split_sentences: whether to split paragraphs into sentences; otherwise each is one.
        uri: the source of the text, such as a web page; None if that is only the file.
        license: such as CC-BY-SA-4.0; None if unknown.

    Example:
        >>> document = Document("a.txt", "sw", ("Habari.", "Nzuri."), lines=(3, 4))
        >>> document.location, document.characters
        ('a.txt:3', 13)
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
        """File and first line, `corpus.txt.gz:17`, unique within a corpus."""
        return f"{self.path}:{self.lines[0] if self.lines else 0}"

    @property
    def characters(self) -> int:
        """The number of characters."""
        return sum(map(len, self.paragraphs))


@dataclasses.dataclass(frozen=True, slots=True)
class SentencePair:
    """A sentence and its translation.

    Attributes:
        path: the file; of two files that of the source.
        line: the line in it.
        source: a sentence.
        target: its translation.
        source_language: BCP-47 code.
        target_language: BCP-47 code.
        license: such as CC-BY-4.0; None if unknown.

    Example:
        >>> pair = SentencePair("a.tsv", 17, "a house", "nyumba", "en", "sw")
        >>> pair.location, pair.characters
        ('a.tsv:17', 13)
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
        """The number of characters of both sides."""
        return len(self.source) + len(self.target)


@dataclasses.dataclass(frozen=True, slots=True)
class Rejected:
    """A line that cannot be read, or a sentence or pair that a filter dropped.

    Attributes:
        location: file and line, `corpus.txt.gz:17`.
        language: BCP-47 code, two of a pair (`en-sw`), or `und`.
        reason: a short name under which it is counted.
        excerpt: the beginning of the text.
        score: of the filter that rejected it, if one did.

    Example:
        >>> rejected = Rejected("a.txt:17", "sw", "not_utf8", "Habari")
        >>> rejected.reason, rejected.characters
        ('not_utf8', 6)
    """

    location: str
    language: str
    reason: str
    excerpt: str
    score: float | None = None

    @property
    def characters(self) -> int:
        """The number of characters of the excerpt."""
        return len(self.excerpt)


class Unit(abc.ABC):
    """Base class of lines, rows, entries and records; `problem` says why one is unreadable.

    Example:
        >>> from tfmling.corpora.lines import Line
        >>> rejected = Line(17, "1234").rejected("a.txt", "sw", "no_letters")
        >>> rejected.location, rejected.reason, rejected.excerpt
        ('a.txt:17', 'no_letters', '1234')
    """

    __slots__ = ()

    number: int
    problem: str | None

    @property
    @abc.abstractmethod
    def shown(self) -> str:
        """Its excerpt in reports."""

    def rejected(self, path: str, language: str, reason: str | None = None) -> Rejected:
        """Return its rejection, for `reason` or for its problem.

        Args:
            path: the file.
            language: as in `Rejected`.
            reason: why it is rejected, None for its problem.
        """
        reason = reason or self.problem
        assert reason, "only what has a problem or a reason is rejected"
        return Rejected(f"{path}:{self.number}", language, reason, self.shown)


def excerpt(text: str) -> str:
    """Return the first 200 characters of a text.

    Example:
        >>> excerpt("Habari"), len(excerpt("a" * 500))
        ('Habari', 201)
    """
    shortened = text[:_EXCERPT_CHARACTERS]
    return shortened if len(shortened) == len(text) else shortened + "…"
