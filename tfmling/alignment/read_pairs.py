"""Read the sentence pairs of an alignment set, split into words."""

import dataclasses
from collections import Counter

from tfmling.alignment.settings import AlignmentSet, AlignmentText
from tfmling.corpora.annotated.examples import AlignedPair
from tfmling.corpora.documents import Rejected
from tfmling.text.words import split_words

Tokens = tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class AlignmentPairs:
    """Pairs to align, and further pairs that only statistical aligners learn from.

    Attributes:
        sources: words of each source sentence to align.
        targets: words of its translation.
        gold: the same pairs with hand-drawn links, if there are any.
        more_sources: further source sentences to learn from.
        more_targets: their translations.
        counts: numbers of pairs read, and of pairs skipped by reason.

    Example:
        >>> pairs = AlignmentPairs([("mbwa", "mkubwa")], [("big", "dog")], None, [], [], Counter())
        >>> for source, target in zip(pairs.sources, pairs.targets, strict=True):
        ...     print(*source, "|||", *target)
        mbwa mkubwa ||| big dog
    """

    sources: list[Tokens]
    targets: list[Tokens]
    gold: list[AlignedPair] | None
    more_sources: list[Tokens]
    more_targets: list[Tokens]
    counts: Counter[str]


def read_pairs(settings: AlignmentSet) -> AlignmentPairs:
    """Read all pairs of a set.

    Raises:
        CorpusError: a line of the gold alignment cannot be read.

    Example:
        >>> _ = open("a.tsv", "w").write("mbwa mkubwa\\tbig dog\\n")
        >>> bitext = {"format": "tsv_pairs", "path": "a.tsv"}
        >>> bitext |= {"source_language": "sw", "target_language": "en"}
        >>> read_pairs(AlignmentSet(name="sw-en", texts=[{"bitext": bitext}])).targets
        [('big', 'dog')]
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
) -> list[tuple[Tokens, Tokens]]:
    kept = []
    for task in text.bitext.tasks():
        for item in text.bitext.read(*task):
            if isinstance(item, Rejected):
                counts[item.reason] += 1
                continue
            pair = tuple(_words(side, text.words_are_split) for side in (item.source, item.target))
            reason = _skip_reason(pair, settings.max_words)
            if reason:
                counts[reason] += 1
            else:
                kept.append((pair[0], pair[1]))
    return kept


def _words(text: str, are_split: bool) -> Tokens:
    return tuple(text.split() if are_split else split_words(text, lowercase=False))


def _skip_reason(pair: tuple[Tokens, ...], max_words: int) -> str | None:
    if not all(pair):
        return "empty_sentence"
    return "too_many_words" if max(map(len, pair)) > max_words else None


def lowercase_words(sentences: list[Tokens]) -> list[Tokens]:
    """Lower-case all words.

    Example:
        >>> lowercase_words([("Habari", "Ya")])
        [('habari', 'ya')]
    """
    return [tuple(word.lower() for word in sentence) for sentence in sentences]
