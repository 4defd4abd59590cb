"""Text with what people said of it: a label for each word, or for two sentences together."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class LabelledSentence:
    """A sentence in words, with one label a word.

    Attributes:
        words: as the file has them.
        labels: as many as there are words.
        uri: file and first line, `train.txt:17`.
        sent_id: the name that CoNLL-U gives the sentence; parallel treebanks share it.
    """

    words: tuple[str, ...]
    labels: tuple[str, ...]
    uri: str
    sent_id: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two sentences with one label, as in natural language inference.

    Attributes:
        premise: what is given.
        hypothesis: what may follow from it.
        label: what the relation is.
        uri: file and line.
    """

    premise: str
    hypothesis: str
    label: str
    uri: str


@dataclasses.dataclass(frozen=True, slots=True)
class AlignedPair:
    """A sentence pair in words, with the word links that people drew.

    Attributes:
        source: words.
        target: words.
        sure: (source position, target position), from 0: links that annotators agree on.
        possible: links that may be drawn or not; holds all of `sure`.
        uri: file and line.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    sure: frozenset[tuple[int, int]]
    possible: frozenset[tuple[int, int]]
    uri: str
