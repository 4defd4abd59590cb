"""What readers of annotated corpora yield: annotated sentences and pairs, and problems."""

import dataclasses

from tfmling.corpora.documents import excerpt
from tfmling.corpora.lines import Line

# Reasons of problems that are only counted
WORDLESS = "wordless_sentence"
OTHER_LANGUAGE = "other_language"
REPAIRED = "repaired_label"


@dataclasses.dataclass(frozen=True, slots=True)
class TaggedSentence:
    """A sentence with a label for each word.

    Attributes:
        words: as in the file.
        labels: one per word.
        location: file and first line, `train.txt:17`.
        sent_id: the sentence's name in CoNLL-U, which parallel treebanks share.

    Example:
        >>> sentence = TaggedSentence(("Ali", "analala"), ("B-PER", "O"), "a.txt:1")
        >>> dict(zip(sentence.words, sentence.labels, strict=True))
        {'Ali': 'B-PER', 'analala': 'O'}
    """

    words: tuple[str, ...]
    labels: tuple[str, ...]
    location: str
    sent_id: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class LabeledPair:
    """A sentence pair with one label, as in natural language inference.

    Attributes:
        premise: the first sentence.
        hypothesis: the second sentence, which may follow from the first.
        label: their relation.
        location: file and line.

    Example:
        >>> pair = LabeledPair("Ali analala.", "Ali yuko macho.", "contradiction", "a.tsv:2")
        >>> pair.label
        'contradiction'
    """

    premise: str
    hypothesis: str
    label: str
    location: str


@dataclasses.dataclass(frozen=True, slots=True)
class AlignedPair:
    """A sentence pair with gold word links.

    Attributes:
        source: words.
        target: words.
        sure: (source position, target position), counted from 0, that annotators agree on.
        possible: ambiguous links, and all of `sure`.
        location: file and line.

    Example:
        >>> sure, possible = frozenset({(1, 0)}), frozenset({(0, 0), (1, 0)})
        >>> pair = AlignedPair(("a", "house"), ("nyumba",), sure, possible, "a.tsv:1")
        >>> [(pair.source[i], pair.target[j]) for i, j in pair.sure]
        [('house', 'nyumba')]
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    sure: frozenset[tuple[int, int]]
    possible: frozenset[tuple[int, int]]
    location: str


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """A line of an annotated corpus that cannot be used unchanged.

    Attributes:
        location: file and line, `train.txt:17`.
        reason: a short name under which such lines are counted.
        expected: what was expected, in words.
        got: the start of the text that was found instead.
        count: the number of words concerned.

    Example:
        >>> print(Problem("a.txt:17", "unknown_label", "one of PER, LOC", "ORG"))
        a.txt:17: unknown_label: expected one of PER, LOC, got 'ORG'
    """

    location: str
    reason: str
    expected: str
    got: str
    count: int = 1

    @property
    def harmless(self) -> bool:
        """Whether it is only counted and never an error."""
        return self.reason in (WORDLESS, REPAIRED, OTHER_LANGUAGE)

    def __str__(self) -> str:
        return f"{self.location}: {self.reason}: expected {self.expected}, got {self.got!r}"


_EXPECTED = {
    "not_utf8": "a line in UTF-8 (recode the file, for instance with iconv)",
    "line_too_long": "a line of at most max_line_bytes",
    "nul_byte": "a line without NUL bytes",
    "utf16_without_bom": "a file in UTF-8, or with a byte-order mark",
    "utf32_without_bom": "a file in UTF-8, or with a byte-order mark",
    "binary_file": "a text file",
    "truncated_gzip": "a complete gzip file",
    "corrupt_gzip": "an undamaged gzip file",
}


def unreadable(path: str, line: Line) -> Problem:
    """Return the problem of a line that could not be read as text.

    Example:
        >>> print(unreadable("a.txt", Line(3, "Habari...", "line_too_long")))
        a.txt:3: line_too_long: expected a line of at most max_line_bytes, got 'Habari...'
    """
    assert line.problem, "expected a line with a problem"
    expected = _EXPECTED.get(line.problem, "a line of text")
    return Problem(f"{path}:{line.number}", line.problem, expected, excerpt(line.text))
