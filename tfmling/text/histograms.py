"""Histograms of the lengths and scripts of texts, whose counts can be added over workers."""

import collections
import functools
from collections.abc import Iterable, Sequence

import langcodes
import numpy as np
import regex
from langcodes.data_dicts import LIKELY_SUBTAGS

_PLANES = 1 << 18  # no script has letters beyond the third plane
_BLOCK = 256
_ALL_ONCE = "".join(chr(c) if not 0xD800 <= c < 0xE000 else " " for c in range(_PLANES))


def length_bins(texts: Iterable[str]) -> collections.Counter[int]:
    """Count the texts with 1, 2-3, 4-7, 8-15, ... characters.

    Example:
        >>> dict(length_bins(["", "ab", "abc"]))
        {0: 1, 2: 2}

    Returns:
        The shortest length of a bin -> the number of texts; empty texts are in bin 0.
    """
    bits = collections.Counter(map(int.bit_length, map(len, texts)))
    return collections.Counter({1 << (n - 1) if n else 0: count for n, count in bits.items()})


def letters_by_script(texts: Sequence[str]) -> collections.Counter[str]:
    """Count the letters of each script.

    Example:
        >>> dict(letters_by_script(["Habari, ሰላም"]))
        {'Ethi': 3, 'Latn': 6}

    Returns:
        ISO 15924 code (Latn, Ethi, ...) -> number. Digits, spaces and punctuation are not counted;
        letters of rare scripts are "Zzzz".
    """
    names, of_point = _scripts()
    counts = np.bincount(of_point, weights=_code_points(texts), minlength=len(names))
    pairs = zip(names[1:], counts[1:], strict=True)
    return collections.Counter({name: int(count) for name, count in pairs if count})


def _code_points(texts: Sequence[str]) -> np.ndarray:
    """Count each code point, [_PLANES], in blocks that fit the cache."""
    counts = np.zeros(_PLANES, np.int64)
    for start in range(0, len(texts), _BLOCK):
        block = "".join(texts[start : start + _BLOCK])
        points = np.frombuffer(block.encode("utf-32-le", "surrogatepass"), np.uint32)
        own = np.bincount(points[points < _PLANES])
        counts[: len(own)] += own
    return counts


@functools.cache
def _scripts() -> tuple[list[str], np.ndarray]:
    """Return the names of scripts, "" first, and the index of the script of each code point."""
    of_point = np.zeros(_PLANES, np.uint8)
    names = ["", "Zzzz"]
    _mark(of_point, r"\p{L}", 1)
    for name in _script_codes():
        pattern = rf"[\p{{L}}&&\p{{Script={name}}}]"
        if regex.search(pattern, _ALL_ONCE, regex.V1):
            names.append(name)
            _mark(of_point, pattern, len(names) - 1)
    return names, of_point


def _mark(of_point: np.ndarray, pattern: str, index: int) -> None:
    for match in regex.finditer(f"{pattern}+", _ALL_ONCE, regex.V1):
        of_point[match.start() : match.end()] = index


def _script_codes() -> list[str]:
    """Return the usual scripts of all languages, as far as regex knows them."""
    codes = {langcodes.Language.get(tag).script for tag in LIKELY_SUBTAGS.values()}
    codes |= {"Hira", "Kana", "Hang", "Hani", "Bopo"}
    return sorted(code for code in codes if code and _is_known(code))


def _is_known(code: str) -> bool:
    try:
        regex.compile(rf"\p{{Script={code}}}")
    except regex.error:
        return False
    return True
