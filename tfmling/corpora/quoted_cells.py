"""Rows of tab-separated values whose cells may be quoted and then hold tabs and line ends.

As spreadsheets and pandas write them (RFC 4180 with tabs). What begins with a quote and is no
quoted cell, such as `"Yes," she said`, is a cell as it stands.
"""

import collections
import dataclasses
import re
from collections.abc import Iterator

from tfmling.corpora.documents import excerpt
from tfmling.corpora.lines import Line

_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"(?=\t|\Z)')
_UNCLOSED = re.compile(r'"(?:[^"]++|"")*+\Z')


def quoted_rows(lines: Iterator[Line], max_characters: int) -> Iterator[tuple[Line, list[str]]]:
    """Yields each row and its cells; of a row of several lines `Line.number` is the first.

    A cell whose quote is never closed costs its line only (`unclosed_quote`). Its following lines
    are rows again.

    Args:
        lines: of the file.
        max_characters: that a row of several lines may have.
    """
    waiting: collections.deque[Line] = collections.deque()
    while (line := _next(waiting, lines)) is not None:
        if line.problem:
            yield line, []
            continue
        cells = split_cells(line.text)
        if cells is None:
            line, cells = _joined(line, waiting, lines, max_characters)
        yield line, cells or []


def split_cells(text: str) -> list[str] | None:
    """The cells of a row without their quotes; None where a quote is still open at the end."""
    if '"' not in text:
        return text.split("\t")
    cells, at = [], 0
    while True:
        if found := _QUOTED.match(text, at):
            cells.append(found[1].replace('""', '"'))
            end = found.end()
        elif _UNCLOSED.match(text, at):
            return None
        else:
            end = text.find("\t", at)
            end = len(text) if end < 0 else end
            cells.append(text[at:end])
        if end == len(text):
            return cells
        at = end + 1


def _joined(
    first: Line, waiting: collections.deque[Line], lines: Iterator[Line], max_characters: int
) -> tuple[Line, list[str] | None]:
    """The row that begins with a line and the lines after it up to its closing quote."""
    taken: list[Line] = []
    texts, length = [first.text], len(first.text)
    while length <= max_characters and (line := _next(waiting, lines)) is not None:
        taken.append(line)
        if line.problem:
            break
        texts.append(line.text)
        length += 1 + len(line.text)
        if '"' in line.text:
            text = "\n".join(texts)
            cells = split_cells(text)
            if cells is not None and not _has_line_end_outside_quotes(text):
                return dataclasses.replace(first, text=text), cells
            if cells is not None:
                break
    waiting.extendleft(reversed(taken))
    return dataclasses.replace(first, text=excerpt(first.text), problem="unclosed_quote"), None


def _has_line_end_outside_quotes(text: str) -> bool:
    at = 0
    while at <= len(text):
        found = _QUOTED.match(text, at)
        end = found.end() if found else text.find("\t", at)
        end = len(text) if end < 0 else end
        if not found and "\n" in text[at:end]:
            return True
        at = end + 1
    return False


def _next(waiting: collections.deque[Line], lines: Iterator[Line]) -> Line | None:
    return waiting.popleft() if waiting else next(lines, None)
