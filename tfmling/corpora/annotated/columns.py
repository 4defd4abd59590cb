"""Sentences in columns: one word and its label per line, blank lines between sentences."""

import dataclasses
from collections.abc import Iterator, Sequence

from tfmling.corpora.annotated.examples import WORDLESS, Problem, TaggedSentence, unreadable
from tfmling.corpora.annotated.tags import Tags
from tfmling.corpora.documents import excerpt
from tfmling.corpora.lines import Line, read_lines
from tfmling.text.normalize import normalize

SEPARATORS = {"tab": "\t", "space": " "}


@dataclasses.dataclass(frozen=True, slots=True)
class Token:
    """The columns of a line, or its problem.

    Example:
        >>> Token("a.txt:1", ("Dodoma", "B-LOC")).cells
        ('Dodoma', 'B-LOC')
    """

    location: str
    cells: tuple[str, ...] = ()
    problem: Problem | None = None


def read_blocks(
    path: str, max_line_bytes: int, boundaries: tuple[str, ...] = ()
) -> Iterator[list[Line]]:
    """Yield the lines between blank lines; blocks are never empty.

    Args:
        path: a text file, may be compressed.
        max_line_bytes: longer lines have a problem.
        boundaries: a line that begins with one of these also separates blocks.

    Example:
        >>> _ = open("a.txt", "w").write("Ali\\tB-PER\\nanalala\\tO\\n\\nKaribu\\tO\\n")
        >>> [[line.number for line in block] for block in read_blocks("a.txt", 1000)]
        [[1, 2], [4]]
    """
    block: list[Line] = []
    for line in read_lines(path, max_line_bytes):
        is_blank = not line.problem and not line.text.strip()
        if is_blank or (boundaries and line.text.startswith(boundaries)):
            if block:
                yield block
            block = []
        else:
            block.append(line)
    if block:
        yield block


class ColumnSplitter:
    """Splits the lines of a file into columns; the first line sets their separator and number.

    Args:
        path: the file, for errors.
        separator: `tab`, `space` (one or more), or None for that of the first line.
        least: the minimum number of columns.

    Example:
        >>> split = ColumnSplitter("a.txt", separator=None, least=2)
        >>> split(Line(1, "Dodoma\\tB-LOC")).cells
        ('Dodoma', 'B-LOC')
        >>> split(Line(2, "Ali B-PER")).problem.reason
        'mixed_separators'
    """

    def __init__(self, path: str, separator: str | None, least: int):
        self._path = path
        self._separator = separator
        self._least = least
        self._columns: int | None = None
        self._first = 0
        self._hint = ""

    def __call__(self, line: Line) -> Token:
        """Return the columns of a line, or its problem."""
        location = f"{self._path}:{line.number}"
        if line.problem:
            return Token(location, problem=unreadable(self._path, line))
        separator = self._separator or ("tab" if "\t" in line.text else "space")
        cells = _split(line.text, separator)
        if self._columns is None:
            if len(cells) < self._least:
                expected = f"at least {self._least} columns by {separator}, a word and its label"
                problem = Problem(location, "missing_columns", expected, excerpt(line.text))
                return Token(location, problem=problem)
            self._separator, self._columns, self._first = separator, len(cells), line.number
            if line.text.startswith("#"):
                self._hint = " (or set comment: '# ', if that line is a comment)"
        if len(cells) == self._columns:
            return Token(location, cells)
        return Token(location, problem=self._wrong_number(location, line.text, len(cells)))

    def _wrong_number(self, location: str, text: str, found: int) -> Problem:
        other = "space" if self._separator == "tab" else "tab"
        if len(_split(text, other)) == self._columns:
            reason = "mixed_separators"
        else:
            reason = "missing_columns" if found < (self._columns or 0) else "too_many_columns"
        expected = (
            f"{self._columns} columns by {self._separator} as in line {self._first}{self._hint}"
        )
        return Problem(location, reason, expected, excerpt(text))


def _split(text: str, separator: str) -> tuple[str, ...]:
    # not str.split() without arguments, which splits at no-break spaces within words
    cells = text.split(SEPARATORS[separator])
    return tuple(cells) if separator == "tab" else tuple(cell for cell in cells if cell)


def wordless(path: str, block: list[Line]) -> Problem:
    """Return the problem of a block without words, such as comments only.

    Example:
        >>> print(wordless("a.txt", [Line(3, "# newdoc")]))
        a.txt:3: wordless_sentence: expected at least one word, got '# newdoc'
    """
    text = excerpt(block[0].text)
    return Problem(f"{path}:{block[0].number}", WORDLESS, "at least one word", text)


def word_and_label(
    token: Token, word_column: int, label_column: int, tags: Tags
) -> tuple[str, str] | Problem:
    """Return the word and the label of a line, or its problem.

    Example:
        >>> token = Token("a.txt:1", ("Dodoma", "B-LOC"))
        >>> word_and_label(token, word_column=0, label_column=1, tags=Tags())
        ('Dodoma', 'B-LOC')
    """
    if token.problem:
        return token.problem
    word, label = token.cells[word_column].strip(), token.cells[label_column].strip()
    if not normalize(word):  # a no-break or zero-width space alone is no word
        expected = f"a word in column {word_column}"
        return Problem(token.location, "missing_word", expected, "\t".join(token.cells))
    if not label:
        expected = f"a label in column {label_column}"
        return Problem(token.location, "missing_label", expected, "\t".join(token.cells))
    found = tags.problem(label)
    return Problem(token.location, *found, label) if found else (word, label)


def tagged_sentence(
    checked: Sequence[tuple[str, str] | Problem],
    locations: Sequence[str],
    tags: Tags,
    sent_id: str = "",
) -> Iterator[TaggedSentence | Problem]:
    """Yield the sentence, or all of its problems; harmless ones come with the sentence.

    Args:
        checked: words with their labels, at least one.
        locations: the file and line of each.
        tags: the labels that are allowed.
        sent_id: the sentence's name, if it has one.

    Example:
        >>> checked = [("Ali", "B-PER"), ("analala", "O")]
        >>> (sentence,) = tagged_sentence(checked, ["a.txt:1", "a.txt:2"], Tags(scheme="IOB2"))
        >>> sentence.words, sentence.labels
        (('Ali', 'analala'), ('B-PER', 'O'))
    """
    problems = [item for item in checked if isinstance(item, Problem)]
    if problems:
        yield from problems
        return
    words, labels = zip(*(item for item in checked if isinstance(item, tuple)), strict=True)
    converted, problems = tags.finish(list(labels), list(locations))
    yield from problems
    if all(problem.harmless for problem in problems):
        yield TaggedSentence(words, tuple(converted), locations[0], sent_id)
