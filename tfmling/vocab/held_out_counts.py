"""Words to measure a vocabulary on: never those that its pieces were learned from, if it can be.

`count_words` counts the words of a share of the sentences apart: `held_out/<language>.tsv`.
"""

import posixpath
from collections.abc import Sequence

from tfmling.core import files
from tfmling.vocab.word_counts import WordCounts, count_files, read_word_counts

HELD_OUT = "held_out"


def read_held_out(paths: Sequence[str]) -> dict[str, WordCounts]:
    """The held-out words that belong to counted words; languages without any are missing.

    Args:
        paths: output folders of count_words, files or patterns, as of `read_word_counts`.
    """
    found = [held_out_path(path) for given in paths for path in count_files(given)]
    there = [path for path in dict.fromkeys(found) if files.exists(path)]
    return read_word_counts(there) if there else {}


def held_out_path(path: str) -> str:
    """Where the held-out words of a `<language>.tsv` lie."""
    folder, name = posixpath.split(path)
    return files.join(folder, HELD_OUT, name) if folder else f"{HELD_OUT}/{name}"


def read_all_words(paths: Sequence[str]) -> dict[str, WordCounts]:
    """Counted and held-out words together, for what keeps pieces and learns none."""
    counts, held_out = read_word_counts(paths), read_held_out(paths)
    return {
        language: added(words, held_out.get(language, {})) for language, words in counts.items()
    }


def added(first: WordCounts, second: WordCounts) -> WordCounts:
    """The counts of both."""
    return {word: first.get(word, 0) + second.get(word, 0) for word in {**first, **second}}
