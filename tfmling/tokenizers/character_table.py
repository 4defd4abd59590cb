"""What BERT's basic tokenization makes of every Unicode character, as a table.

Basic tokenization looks at one character at a time: it drops it, changes it, or makes a word break
of it or around it. So a table holds all of it, and a graph that applies the table and splits at
spaces finds the words of `tfmling.text.words`, in any script, once the text is composed (NFC),
which no table of single characters can do. (tensorflow_text's own normalizer
does not: it puts a space for a zero-width joiner where BERT puts nothing, and folds "ß" to "ss".)
"""

import functools
from collections.abc import Callable, Mapping
from types import MappingProxyType

from tfmling.text.words import basic_words

_RUN = 64  # characters looked at together; most such runs are left alone or dropped as a whole
Split = Callable[[str], list[str]]

_SURROGATES = range(0xD800, 0xE000)


@functools.cache
def character_table(
    lowercase: bool, strip_accents: bool | None = None, split_chinese: bool = True
) -> Mapping[str, str]:
    """Every character that basic tokenization does not leave as it is; takes about a second.

    Args:
        lowercase: whether text is lower-cased.
        strip_accents: whether accents are stripped; None: where text is lower-cased.
        split_chinese: whether each CJK character is a word of its own.

    Returns:
        Character to replacement: "" for one that is dropped, " " for a word break, else text, with
        spaces around it for what is a word of its own.
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
    """What becomes of each character within a word."""
    (whole,) = _between_letters([run], split)
    if whole == "":
        return [""] * len(run)
    return list(run) if whole == run else _between_letters(list(run), split)


def _between_letters(texts: list[str], split: Split) -> list[str]:
    words = split(" 0 ".join(f"a{text}a" for text in texts))
    return [between[1:-1] for between in " ".join(words).split(" 0 ")]
