"""What a sentence looks like, whatever its words: length, kinds of characters, its two ends.

Shapes: N texts, C characters of all of them with their marks, S measures.
"""

import functools
import unicodedata

import numpy as np
import regex

MEASURES = (
    "log_characters",
    "log_words",
    "characters_per_word",
    "share_of_letters",
    "share_of_digits",
    "share_of_punctuation",
    "share_of_symbols",
    "upper_case_per_word",
    "ends_a_sentence",
    "begins_in_upper_case",
)
_OTHER, _LETTER, _UPPER, _DIGIT, _PUNCTUATION, _TERMINAL, _SYMBOL, _SPACE = range(8)
_KINDS = {"L": _LETTER, "M": _LETTER, "N": _DIGIT, "P": _PUNCTUATION, "S": _SYMBOL, "Z": _SPACE}
_CODE_POINTS = 0x110000
_SURROGATES = range(0xD800, 0xE000)


def measure_shapes(code_C: np.ndarray, text_C: np.ndarray, num_texts: int) -> np.ndarray:
    """The MEASURES of each text, float64 [N, S]; an empty text has 0 in all of them.

    Args:
        code_C: code points with marks, see `characters`.
        text_C: the number of the text of each.
        num_texts: N.
    """
    kind_C = _kinds()[code_C]
    counts_NK = np.bincount(text_C * 8 + kind_C, minlength=num_texts * 8).reshape(num_texts, 8)
    counts_NK[:, _OTHER] -= 2  # the marks
    length_N = counts_NK.sum(axis=1)
    upper_N, space_N = counts_NK[:, _UPPER], counts_NK[:, _SPACE]
    visible_N = np.maximum(length_N - space_N, 1)
    words_N = np.where(length_N > 0, space_N + 1, 0)
    first_N = np.searchsorted(text_C, np.arange(num_texts)) + 1
    last_N = np.searchsorted(text_C, np.arange(num_texts), side="right") - 2
    columns = [
        np.log1p(length_N),
        np.log1p(words_N),
        (length_N - space_N) / np.maximum(words_N, 1),
        (counts_NK[:, _LETTER] + upper_N) / visible_N,
        counts_NK[:, _DIGIT] / visible_N,
        (counts_NK[:, _PUNCTUATION] + counts_NK[:, _TERMINAL]) / visible_N,
        counts_NK[:, _SYMBOL] / visible_N,
        upper_N / np.maximum(words_N, 1),
        kind_C[last_N] == _TERMINAL,
        kind_C[first_N] == _UPPER,
    ]
    return np.stack(columns, axis=1).astype(np.float64)


@functools.cache
def _kinds() -> np.ndarray:
    """The kind of every code point, uint8 [1114112]; made in a fifth of a second."""
    kinds = np.zeros(_CODE_POINTS, np.uint8)
    for code in range(_CODE_POINTS):
        category = unicodedata.category(chr(code))
        kinds[code] = _UPPER if category in ("Lu", "Lt") else _KINDS.get(category[0], _OTHER)
    every = "".join(chr(code) for code in range(_CODE_POINTS) if code not in _SURROGATES)
    for found in regex.findall(r"\p{Sentence_Terminal}", every):
        kinds[ord(found)] = _TERMINAL
    return kinds
