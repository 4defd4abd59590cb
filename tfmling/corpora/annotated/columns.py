"""Lines of columns: a word a line, its label in another column, blank lines between sentences."""

import dataclasses
from collections.abc import Iterator

from tfmling.corpora.annotated.problem import WORDLESS, Problem, unreadable
from tfmling.corpora.lines import Line, read_lines
from tfmling.corpora.rejected import excerpt

SEPARATORS = {"tab": "\t", "space": " "}


@dataclasses.dataclass(frozen=True, slots=True)
class Token:
    """A line of a sentence: its columns, or what is wrong with it."""

    location: str
    cells: tuple[str, ...] = ()
    problem: Problem | None = None


def read_blocks(
    path: str, max_line_bytes: int, boundaries: tuple[str, ...] = ()
) -> Iterator[list[Line]]:
    """Yields the lines between blank lines; nothing for several blank lines together.

    Args:
        path: a file, gzip by the extension .gz.
        max_line_bytes: longer lines have a problem.
        boundaries: a line that begins with one of these is as a blank line.
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
    """Splits the lines of one file, all as its first line: by the same separator, into as many.

    Args:
        path: the file, for errors.
        separator: `tab`, `space` (one or more), or None to take that of the first line.
        least: how many columns there must be.
    """

    def __init__(self, path: str, separator: str | None, least: int):
        self._path = path
        self._separator = separator
        self._least = least
        self._columns: int | None = None
        self._first = 0
        self._hint = ""

    def __call__(self, line: Line) -> Token:
        """The columns of a line."""
        location = f"{self._path}:{line.number}"
        if line.problem:
            return Token(location, problem=unreadable(self._path, line))
        separator = self._separator or ("tab" if "\t" in line.text else "space")
        cells = _split(line.text, separator)
        if self._columns is None:
            if len(cells) < self._least:
                return Token(location, problem=self._too_few(location, line.text, separator))
            self._separator, self._columns, self._first = separator, len(cells), line.number
            if line.text.startswith("#"):
                self._hint = " (or set comment: '# ', if that line is none of a word)"
        if len(cells) == self._columns:
            return Token(location, cells)
        return Token(location, problem=self._other_number(location, line.text, len(cells)))

    def _too_few(self, location: str, text: str, separator: str) -> Problem:
        expected = f"at least {self._least} columns by {separator}, a word and its label"
        return Problem(location, "missing_columns", expected, excerpt(text))

    def _other_number(self, location: str, text: str, found: int) -> Problem:
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
    # not str.split() without arguments: it would split at no-break spaces, which are part of words
    cells = text.split(SEPARATORS[separator])
    return tuple(cells) if separator == "tab" else tuple(cell for cell in cells if cell)


def wordless(path: str, block: list[Line]) -> Problem:
    """The count of a block without a word, such as comments only."""
    text = excerpt(block[0].text)
    return Problem(f"{path}:{block[0].number}", WORDLESS, "at least one word", text)
