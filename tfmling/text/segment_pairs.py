"""Make segment pairs for next sentence prediction.

Source: BERT's create_pretraining_data.py (Devlin et al. 2019), create_instances_from_document, with
two differences. Lengths are in characters, because records are independent of a vocabulary. And a
chunk of a single sentence, which BERT always follows by a random segment, is not used, so that the
share of random segments equals its setting.
"""

import dataclasses
import random
from collections.abc import Iterator, Sequence

Document = Sequence[str]  # sentences in their order


@dataclasses.dataclass(frozen=True, slots=True)
class SegmentPair:
    """Two segments; `is_next`: whether the second follows the first in its document.

    Example:
        >>> pair = SegmentPair("Habari ya leo?", "Nzuri sana.", is_next=True)
        >>> pair.second
        'Nzuri sana.'
    """

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
    """Yield pairs that use each sentence about once, document by document.

    Args:
        documents: the sentences of each document. A single document gives no random pairs.
        max_characters: a pair is filled with sentences up to this length, which its last sentence
            may exceed.
        random_next_rate: the share of pairs whose second segment is from another document.
        rng: the source of randomness.

    Example:
        >>> document = ["Habari?", "Nzuri."]
        >>> list(make_segment_pairs([document], max_characters=50, random_next_rate=0.0,
        ...                         rng=random.Random(1)))
        [SegmentPair(first='Habari?', second='Nzuri.', is_next=True)]
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
            start = end if other is None else cut  # an unused segment is used again


def _end(document: Document, start: int, max_characters: int, at_least: int) -> int:
    """Return where the sentences from `start` on reach the length, or the end of the document."""
    end, length = start, 0
    while end < len(document) and (end - start < at_least or length < max_characters):
        length += len(document[end])
        end += 1
    return end


def _other_segment(
    documents: Sequence[Document], index: int, max_characters: int, rng: random.Random
) -> Document | None:
    """Return sentences from a random position in a random other document, if there is one."""
    if len(documents) < 2:
        return None
    drawn = rng.randrange(len(documents) - 1)
    other = documents[drawn + (drawn >= index)]
    start = rng.randrange(len(other))
    return other[start : _end(other, start, max_characters, at_least=1)]


def _length(sentences: Document) -> int:
    return sum(map(len, sentences))
