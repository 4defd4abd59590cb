"""Romanization: text of any script in Latin letters.

Uses uroman (Hermjakob, May and Knight 2018, "Out-of-the-box Universal Romanization Tool uroman"),
installed by the extra `probes`. ICU's transliterator has no Python binding with wheels.
"""

import functools
from collections.abc import Sequence
from typing import Any

from tfmling.core import extras


def romanize(words: Sequence[str], language: str | None = None) -> list[str]:
    """Romanize words one by one, so that their labels still apply.

    A word that would become empty (combining marks only) is left unchanged.

    Args:
        words: of one sentence.
        language: ISO 639-3 code for language rules (ukr, aze …); None: rules of the script.

    Raises:
        MissingPackageError: uroman is not installed.
    """
    found = (_romanizer().romanize_string(word, lcode=language) for word in words)
    return [new.strip() or old for old, new in zip(words, found, strict=True)]


@functools.cache  # it reads 4 MB of tables
def _romanizer() -> Any:
    return extras.load("uroman", "probes").Uroman()
