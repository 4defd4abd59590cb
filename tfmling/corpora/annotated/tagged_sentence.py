"""A sentence with a label for each word."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class TaggedSentence:
    """A sentence in words, with one label a word.

    Attributes:
        words: as the file has them.
        labels: as many as there are words.
        location: file and first line, `train.txt:17`.
        sent_id: the name that CoNLL-U gives the sentence; parallel treebanks share it.
    """

    words: tuple[str, ...]
    labels: tuple[str, ...]
    location: str
    sent_id: str = ""
