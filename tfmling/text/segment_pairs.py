"""Documents to pairs of segments for next sentence prediction.

Source: BERT's create_pretraining_data.py (Devlin et al. 2019), create_instances_from_document, with
two differences. Lengths are characters, since records hold text and know no vocabulary. And a chunk
of a single sentence, which BERT always follows by a random one, gives no pair, so that the share of
random seconds is the rate that was asked for.
"""

import dataclasses
import random
from collections.abc import Iterator, Sequence

Document = Sequence[str]  # sentences in their order


@dataclasses.dataclass(frozen=True, slots=True)
class SegmentPair:
    """Two runs of sentences; `is_next`: the second followed the first in its document."""

    first: str
    second: str
    is_next: bool


def make_segment_pairs(
    documents: Sequence[Document],
    *,
    max_characters: int,
    random_next_rate: float,
    rng: random.Random,
) -> Iterator[SegmentPair]:
    """Yields pairs that use each sentence about once, document by document.

    Args:
        documents: the sentences of each document. Where there is only one document there is
            nothing to draw random seconds from, and only true ones are made.
        max_characters: a pair is filled with sentences until it has that many characters; it may
            exceed them by its last sentence.
        random_next_rate: share of pairs whose second segment comes from another document.
        rng: decides everything random here.
    """
    for index, document in enumerate(documents):
        start = 0
        while (end := _end(document, start, max_characters, at_least=2)) - start >= 2:
            cut = rng.randint(start + 1, end - 1)
            first, second = document[start:cut], document[cut:end]
            other = None
            if rng.random() < random_next_rate:
                other = _other_segment(documents, index, max_characters - _length(first), rng)
            yield SegmentPair(" ".join(first), " ".join(other or second), other is None)
            start = end if other is None else cut  # what was not used comes again


def _end(document: Document, start: int, max_characters: int, at_least: int) -> int:
    """Where the sentences from `start` on reach the length, or the document ends."""
    end, length = start, 0
    while end < len(document) and (end - start < at_least or length < max_characters):
        length += len(document[end])
        end += 1
    return end


def _other_segment(
    documents: Sequence[Document], index: int, max_characters: int, rng: random.Random
) -> Document | None:
    """Sentences from a random place in a random other document; None if there is no other."""
    if len(documents) < 2:
        return None
    drawn = rng.randrange(len(documents) - 1)
    other = documents[drawn + (drawn >= index)]
    start = rng.randrange(len(other))
    return other[start : _end(other, start, max_characters, at_least=1)]


def _length(sentences: Document) -> int:
    return sum(map(len, sentences))
