"""How many word pieces the entities of two data sets share.

Pires, Schlinger and Garrette (2019), "How Multilingual is Multilingual BERT?", section 3: the
overlap is |E ∩ E'| / |E ∪ E'|, where E is the set of the word pieces in the entities of one set.
Its correlation with zero-shot F1 is `tfmling.evaluation.correlation.correlation_scores`.
"""

from collections.abc import Callable, Iterable, Set

from tfmling.corpora.labelled.schemes import Scheme, to_spans
from tfmling.corpora.labelled.sentence import LabelledSentence


def entity_pieces(
    sentences: Iterable[LabelledSentence], scheme: Scheme, cut: Callable[[str], list[str]]
) -> frozenset[str]:
    """The distinct pieces in all entities.

    Args:
        sentences: with labels of entities.
        scheme: of their labels.
        cut: a word to its pieces, for instance `tfmling.vocab.word_pieces.WordPieces` on the words
            that `split_words` makes of it.
    """
    return frozenset(
        piece
        for sentence in sentences
        for span in to_spans(sentence.labels, scheme)
        for word in sentence.words[span.start : span.end]
        for piece in cut(word)
    )


def overlap(first: Set[str], second: Set[str]) -> float:
    """|first ∩ second| / |first ∪ second|, 0 to 1; 0 where both are empty."""
    either = len(first | second)
    return len(first & second) / either if either else 0.0
