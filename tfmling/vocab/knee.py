"""Which size of a vocabulary is enough."""

from collections.abc import Sequence
from math import log2


def saving_per_doubling(sizes: Sequence[int], pieces_per_word: Sequence[float]) -> list[float]:
    """What part of the pieces a doubling of the size saves, from each size to the next.

    Sizes that do not double are judged as if the saving went on evenly: from s to t the pieces
    change by a factor f, which is f^(1 / log2(t / s)) for each doubling.
    """
    steps = zip(sizes[:-1], sizes[1:], pieces_per_word[:-1], pieces_per_word[1:], strict=True)
    return [
        1 - (after / before) ** (1 / log2(large / small)) for small, large, before, after in steps
    ]


def recommended_size(
    sizes: Sequence[int], pieces_per_word: Sequence[float], min_saving: float
) -> int:
    """The smallest size from which no larger one is worth its rows.

    Args:
        sizes: rising.
        pieces_per_word: of the vocabularies of these sizes, on words not learned from.
        min_saving: what part of the pieces a doubling must save.

    Returns:
        The size after the last step that saves at least `min_saving` per doubling.
    """
    savings = saving_per_doubling(sizes, pieces_per_word)
    worth = [number for number, saving in enumerate(savings) if saving >= min_saving]
    return sizes[worth[-1] + 1] if worth else sizes[0]
