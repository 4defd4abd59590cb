"""A dictionary out of word alignments: how often each word was linked to which."""

from collections import Counter
from collections.abc import Iterable

from tfmling.corpora.annotated.examples import AlignedPair
from tfmling.vocab.dictionary import Entry


def count_links(
    pairs: Iterable[AlignedPair], *, new_is_source: bool, min_count: int = 1
) -> list[Entry]:
    """Entries of all sure links, weighing as often as the two words were linked.

    Args:
        pairs: sentences whose words are linked, by people or by an aligner (`align_words`).
        new_is_source: whether the language that the vocabulary is extended for is the source.
        min_count: links seen more rarely are left out.
    """
    links: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        for source, target in pair.sure:
            words = pair.source[source], pair.target[target]
            links[words if new_is_source else words[::-1]] += 1
    return [Entry(new, old, count) for (new, old), count in links.items() if count >= min_count]
