"""What is wrong with a line of labelled data: where, what was expected, what came."""

import dataclasses

from tfmling.corpora.lines import Line
from tfmling.corpora.rejected import excerpt

WORDLESS = "wordless_sentence"  # counted, nothing is lost by it
OTHER_LANGUAGE = "other_language"  # counted, the row is of a language that is not wanted
REPAIRED = "repaired_label"  # counted, the sentence is kept


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot be used as it is.

    Attributes:
        location: file and line, `train.txt:17`.
        reason: a short name under which such lines are counted.
        expected: in words.
        got: the beginning of what was there.
        count: how many words it concerns.
    """

    location: str
    reason: str
    expected: str
    got: str
    count: int = 1

    @property
    def harmless(self) -> bool:
        """Whether it is only counted."""
        return self.reason in (WORDLESS, REPAIRED, OTHER_LANGUAGE)

    def __str__(self) -> str:
        return f"{self.location}: {self.reason}: expected {self.expected}, got {self.got!r}"


_EXPECTED = {
    "not_utf8": "a line in UTF-8 (recode the file, for instance with iconv)",
    "line_too_long": "a line of at most max_line_bytes",
    "nul_byte": "a line without NUL bytes",
    "utf16_without_bom": "a file in UTF-8, or with a byte-order mark",
    "utf32_without_bom": "a file in UTF-8, or with a byte-order mark",
    "binary_file": "a file of text",
    "truncated_gzip": "a whole gzip file",
    "corrupt_gzip": "a whole gzip file",
}


def unreadable(path: str, line: Line) -> Problem:
    """The problem of a line that could not be read as text."""
    assert line.problem, "only a line with a problem is unreadable"
    expected = _EXPECTED.get(line.problem, "a line of text")
    return Problem(f"{path}:{line.number}", line.problem, expected, excerpt(line.text))
