"""The error of every encoder folder that is not read, and the note about what is left out."""

import functools
import sys

from tfmling.core.errors import InputError


class UnsupportedLayoutError(InputError, ValueError):
    """An encoder folder that is damaged, or says something that is not supported."""


@functools.cache
def note(message: str) -> None:
    """Print one line, once, about a part of a folder that is read otherwise than it is written."""
    print(message, file=sys.stderr, flush=True)
