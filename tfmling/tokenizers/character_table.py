"""BERT's basic tokenization as a table of Unicode characters.

Basic tokenization treats each character by itself: it drops it, replaces it, or splits the word at
it or around it. A table can express all of that, and a graph that applies the table and splits at
spaces finds the same words as `tfmling.text.words`, in any script. (Composing, NFC, must come
first: no table of single characters can do it. tensorflow_text's own normalizer differs from BERT:
it replaces a zero-width joiner by a space instead of nothing, and folds "ß" to "ss".)
"""

import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType

from tfmling.text.words import basic_words

_RUN = 64  # characters tested together; most runs are unchanged or dropped as a whole
Split = Callable[[str], list[str]]

_SURROGATES = range(0xD800, 0xE000)


@functools.cache
def build_character_table(
    lowercase: bool, strip_accents: bool | None = None, split_chinese: bool = True
) -> Mapping[str, str]:
    """Build the table of all characters that basic tokenization changes, in about a second.

    Args:
        lowercase: whether text is lower-cased.
        strip_accents: whether accents are stripped; None means `lowercase`.
        split_chinese: whether each CJK character is a word of its own.

    Returns:
        Character to replacement: "" if dropped, " " for a word break, otherwise text, with spaces
        around a word of its own.

    Example:
        >>> table = build_character_table(lowercase=True)
        >>> table["A"], table["é"], table["!"]
        ('a', 'e', ' ! ')
    """
    split = functools.partial(
        basic_words, lowercase=lowercase, strip_accents=strip_accents, split_chinese=split_chinese
    )
    table: dict[str, str] = {}
    for start in range(0, 0x110000, _RUN):
        if start not in _SURROGATES:
            run = "".join(map(chr, range(start, start + _RUN)))
            replacements = zip(run, _replacements(run, split), strict=True)
            table.update((character, text) for character, text in replacements if text != character)
    return MappingProxyType(table)


def _replacements(run: str, split: Split) -> list[str]:
    """The replacement of each character within a word."""
    (whole,) = _between_letters([run], split)
    if whole == "":
        return [""] * len(run)
    return list(run) if whole == run else _between_letters(list(run), split)


def _between_letters(texts: list[str], split: Split) -> list[str]:
    words = split(" 0 ".join(f"a{text}a" for text in texts))
    return [between[1:-1] for between in " ".join(words).split(" 0 ")]
