"""Sentences in two languages at once, made from bitext whose words are linked."""

from collections.abc import Iterable, Sequence

import numpy as np

from tfmling.alignment.links import Link, one_to_one


def switch_words(
    source: Sequence[str],
    target: Sequence[str],
    links: Iterable[Link],
    rate: float,
    draw: np.random.Generator,
) -> tuple[list[str], list[int]]:
    """Replaces words of a sentence by their translations, in place, so that labels stay theirs.

    Only words with exactly one link, to a word with exactly one, can be replaced.

    Args:
        source: words.
        target: words of its translation.
        links: between them.
        rate: share of the words that can be replaced, 0 to 1, rounded to whole words.
        draw: chooses which.

    Returns:
        The words, as many as there were, and the positions of those that were replaced.

    Raises:
        ValueError: rate out of range.
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"rate: expected 0 to 1, got {rate}")
    possible = dict(sorted(one_to_one(links)))
    chosen = draw.permutation(list(possible))[: round(rate * len(possible))].tolist()
    words = list(source)
    for position in chosen:
        words[position] = target[possible[position]]
    return words, sorted(chosen)
