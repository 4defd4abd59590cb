"""N-grams of words, or of characters where words have no spaces: units, hashes, phrase lists.

Shape letters: U units of all texts, G n-grams.
"""

import functools
import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
import regex

from tfmling.core import files

# Scripts without spaces between words: each letter with its marks is a unit.
_SCRIPTS = "Hani Hira Kana Bopo Thai Laoo Khmr Mymr Tibt Lana Talu Java Bali"
_SPACELESS = "".join(rf"\p{{Script={script}}}" for script in _SCRIPTS.split())
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_LETTER = regex.compile(rf"[{_SPACELESS}]\p{{M}}*")
_UNIT = regex.compile(rf"[{_SPACELESS}]\p{{M}}*|(?:(?![{_SPACELESS}])[\p{{L}}\p{{M}}\p{{N}}])+")
_ASCII_WORD = re.compile("[a-z0-9]+")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd: 2^64 divided by the golden ratio


def split_units(text: str) -> list[str]:
    """Split a text into words, or into letters in scripts without spaces.

    Case and compatibility characters are folded, as in `loose_fingerprint`.

    Example:
        >>> split_units("Habari, ya LEO?"), split_units("你好")
        (['habari', 'ya', 'leo'], ['你', '好'])
    """
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    folded = unicodedata.normalize("NFKC", text).casefold()
    return (_UNIT if _LETTER.search(folded) else _WORD).findall(folded)


def is_spaceless(text: str) -> bool:
    """Whether most units of a text are letters of scripts without spaces.

    Example:
        >>> is_spaceless("你好 TV"), is_spaceless("habari 你")
        (True, False)
    """
    if text.isascii():
        return False
    letters = len(_LETTER.findall(unicodedata.normalize("NFKC", text)))
    return letters > 0 and 2 * letters > len(split_units(text))


def hash_ngrams(texts: Sequence[Sequence[str]], n: int) -> tuple[np.ndarray, np.ndarray]:
    """Hash all n-grams of several texts; the hashes are the same in every process and machine.

    The hash of a unit is 64 bits of BLAKE2b; that of an n-gram is a polynomial of the hashes of
    its units, modulo 2^64.

    Example:
        >>> hashes, numbers = hash_ngrams([["a", "b", "c"], ["b", "c"]], 2)
        >>> numbers.tolist(), bool(hashes[1] == hashes[2])
        ([0, 0, 1], True)

    Args:
        texts: the units of each text.
        n: units of an n-gram.

    Returns:
        The hashes, uint64 [G], and the index of the text of each, int64 [G].
    """
    units_U = np.fromiter(map(_hash, itertools.chain.from_iterable(texts)), np.uint64)
    text_U = np.repeat(np.arange(len(texts)), [len(units) for units in texts])
    count = max(len(units_U) - n + 1, 0)
    hashes_G = np.zeros(count, np.uint64)
    for offset in range(n):
        hashes_G = hashes_G * _MULTIPLIER + units_U[offset : offset + count]
    within_G = text_U[:count] == text_U[n - 1 :]
    return hashes_G[within_G], text_U[:count][within_G]


@functools.lru_cache(maxsize=1 << 16)
def _hash(unit: str) -> int:
    return int.from_bytes(hashlib.blake2b(unit.encode(), digest_size=8).digest(), "little")


class Phrases:
    """A list of words and phrases, matched as whole units, ignoring case.

    Example:
        >>> phrases = Phrases(["read more", "cookies"])
        >>> phrases.count(split_units("Read more about Cookies"))
        3
    """

    def __init__(self, phrases: Iterable[str]):
        self._phrases = frozenset(filter(None, (tuple(split_units(each)) for each in phrases)))
        self._longest = max(map(len, self._phrases), default=0)

    def __len__(self) -> int:
        return len(self._phrases)

    def count(self, units: Sequence[str]) -> int:
        """Count the units that are part of a phrase, matching the longest phrase first."""
        covered = start = 0
        while start < len(units):
            length = self._match_length(units, start)
            covered += length
            start += max(length, 1)
        return covered

    def _match_length(self, units: Sequence[str], start: int) -> int:
        for length in range(min(self._longest, len(units) - start), 0, -1):
            if tuple(units[start : start + length]) in self._phrases:
                return length
        return 0


@functools.cache  # once per process
def read_phrases(path: str) -> Phrases:
    """Read a phrase list: one per line; empty lines and lines that begin with # are skipped.

    Example:
        >>> _ = open("phrases.txt", "w").write("# of menus\\nread more\\ncookies\\n")
        >>> len(read_phrases("phrases.txt"))
        2
    """
    lines = (line.strip() for line in files.read_lines(path))
    return Phrases(line for line in lines if not line.startswith("#"))
