"""Text of any script in Latin letters, to see what an encoder makes of it without its script.

With uroman, the universal romaniser (Hermjakob, May and Knight 2018, "Out-of-the-box Universal
Romanization Tool uroman"), which the extra `probes` installs. ICU's transliterator would be
another, but its Python binding has no wheels.
"""

import functools
from collections.abc import Sequence
from typing import Any

from tfmling.core import extras


def romanise(words: Sequence[str], language: str | None = None) -> list[str]:
    """Words in Latin letters, one for one, so that their labels stay theirs.

    A word of which nothing is left (marks only) stays as it is.

    Args:
        words: of one sentence.
        language: ISO 639-3 code for rules of its own (ukr, aze …); None: the script's rules.

    Raises:
        MissingPackageError: uroman is not installed.
    """
    found = (_romaniser().romanize_string(word, lcode=language) for word in words)
    return [new.strip() or old for old, new in zip(words, found, strict=True)]


@functools.cache
def _romaniser() -> Any:  # reads 4 MB of tables: once a process
    return extras.load("uroman", "probes").Uroman()
