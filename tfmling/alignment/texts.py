"""What an alignment set holds, read and split into words."""

import dataclasses
from collections import Counter

from tfmling.alignment.settings import AlignmentSet, AlignmentText
from tfmling.corpora.annotated.examples import AlignedPair
from tfmling.corpora.documents import Rejected
from tfmling.text.words import split_words

Words = tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class AlignmentPairs:
    """Pairs to align, and pairs that only statistical aligners learn from.

    Attributes:
        sources: words of each source sentence to align.
        targets: words of its translation.
        gold: the same pairs with their links, where people drew some.
        more_sources: sentences that are learned from as well.
        more_targets: their translations.
        counts: what was read, and what was left out and why.
    """

    sources: list[Words]
    targets: list[Words]
    gold: list[AlignedPair] | None
    more_sources: list[Words]
    more_targets: list[Words]
    counts: Counter[str]


def read_set(settings: AlignmentSet) -> AlignmentPairs:
    """Reads all of a set.

    Raises:
        CorpusError: the gold alignment cannot be read whole.
    """
    counts: Counter[str] = Counter()
    pairs = [pair for text in settings.texts for pair in _read_text(text, settings, counts)]
    sources, targets = [source for source, _ in pairs], [target for _, target in pairs]
    counts["pairs_of_texts"] = len(pairs)
    if settings.gold is None:
        return AlignmentPairs(sources, targets, None, [], [], counts)
    gold, problems = settings.gold.read_all()
    counts["pairs_of_gold"] = len(gold)
    return AlignmentPairs(
        [pair.source for pair in gold],
        [pair.target for pair in gold],
        gold,
        sources,
        targets,
        counts + problems,
    )


def _read_text(
    text: AlignmentText, settings: AlignmentSet, counts: Counter[str]
) -> list[tuple[Words, Words]]:
    kept = []
    for task in text.bitext.tasks():
        for item in text.bitext.read(*task):
            if isinstance(item, Rejected):
                counts[item.reason] += 1
                continue
            pair = tuple(_words(side, text.words_are_split) for side in (item.source, item.target))
            reason = _reason_to_leave_out(pair, settings.max_words)
            if reason:
                counts[reason] += 1
            else:
                kept.append((pair[0], pair[1]))
    return kept


def _words(text: str, are_split: bool) -> Words:
    return tuple(text.split() if are_split else split_words(text, lowercase=False))


def _reason_to_leave_out(pair: tuple[Words, ...], max_words: int) -> str | None:
    if not all(pair):
        return "empty_sentence"
    return "too_many_words" if max(map(len, pair)) > max_words else None


def lowered(sentences: list[Words]) -> list[Words]:
    """The same words in lower case."""
    return [tuple(word.lower() for word in sentence) for sentence in sentences]
