"""The labels that a tagger can give, in the order of their numbers."""

from collections.abc import Iterable, Sequence

from tfmling.corpora.annotated.examples import TaggedSentence
from tfmling.corpora.annotated.schemes import (
    OUTSIDE,
    Scheme,
    belongs,
    expected_prefixes,
    split_label,
    violations,
)
from tfmling.corpora.corpus import CorpusError


def entity_labels(sentences: Iterable[TaggedSentence], scheme: Scheme) -> list[str]:
    """`O` and every prefix of the scheme with every type that occurs, sorted by type.

    Also prefixes that do not occur: without them some sequences that the scheme allows would have
    no label for their next word.

    Raises:
        CorpusError: labels of another scheme, or in an order that the scheme does not allow.
    """
    types: set[str] = set()
    for sentence in sentences:
        _check(sentence, scheme)
        types |= {split_label(label)[1] for label in sentence.labels if label != OUTSIDE}
    possible = (f"{prefix}-{name}" for name in sorted(types) for prefix in "BIELSU")
    return [OUTSIDE, *(label for label in possible if belongs(label, scheme))]


def word_labels(sentences: Iterable[TaggedSentence]) -> list[str]:
    """The labels that occur, sorted."""
    return sorted({label for sentence in sentences for label in sentence.labels})


def numbered(names: Sequence[str]) -> dict[str, int]:
    """The number of each label."""
    return {name: number for number, name in enumerate(names)}


def _check(sentence: TaggedSentence, scheme: Scheme) -> None:
    foreign = [label for label in sentence.labels if not belongs(label, scheme)]
    if foreign:
        raise CorpusError(
            f"{sentence.location}: expected labels {expected_prefixes(scheme)}, got {foreign[0]!r};"
            " set task.scheme, or convert the corpus by tags.scheme and tags.convert_to"
        )
    if violations(sentence.labels, scheme):
        raise CorpusError(
            f"{sentence.location}: the labels {' '.join(sentence.labels)} break {scheme}; set "
            f"tags: {{scheme: {scheme}, repair: true}} on the corpus"
        )
