"""A bilingual dictionary as a file: a word of the new language, its translation, perhaps a weight.

The format in which MUSE, PanLex and many fieldworkers' lists come, with tabs between the columns.
"""

import dataclasses
import math
from collections.abc import Iterator

from tfmling.core import files
from tfmling.tokenizers.word_piece_vocabulary import VocabularyError


@dataclasses.dataclass(frozen=True)
class Entry:
    """One translation; a word may have several, and several words the same one.

    Attributes:
        new: a word or phrase of the language that the vocabulary is extended for.
        old: its translation in a language that the base knows.
        weight: how much this translation counts beside others of the same word.
    """

    new: str
    old: str
    weight: float = 1.0


def read_dictionary(path: str) -> list[Entry]:
    """Reads `new word<TAB>translation[<TAB>weight]`, a translation a line; empty lines are skipped.

    Raises:
        VocabularyError: a line that is none of that, with file and line; or no line at all.
        NotUtf8Error: a line in another encoding.
    """
    entries = list(_read(path))
    if not entries:
        raise VocabularyError(
            f"{path}: expected a word, a tab and its translation a line; got none"
        )
    return entries


def _read(path: str) -> Iterator[Entry]:
    for number, line in enumerate(files.read_lines(path), start=1):
        if text := line.rstrip("\r"):
            entry = _parse(text)
            if entry is None:
                raise VocabularyError(
                    f"{path}:{number}: expected a word, a tab, its translation and, after "
                    f"another tab, a weight above 0 or nothing; got {text!r:.80}"
                )
            yield entry


def _parse(line: str) -> Entry | None:
    columns = [column.strip() for column in line.split("\t")]
    if len(columns) not in (2, 3) or not all(columns):
        return None
    weight = _as_weight(columns[2]) if len(columns) == 3 else 1.0
    return None if weight is None else Entry(columns[0], columns[1], weight)


def _as_weight(text: str) -> float | None:
    try:
        weight = float(text)
    except ValueError:
        return None
    return weight if weight > 0 and math.isfinite(weight) else None
