"""A sentence as filters take it: the text, and where it comes from."""

from typing import NamedTuple


class Sentence(NamedTuple):
    """A normalized sentence.

    Attributes:
        text: the sentence.
        language: BCP-47 code.
        path: the file that it was read from, by which rules of one corpus know it.
    """

    text: str
    language: str
    path: str = ""
