"""Which languages brought the pieces that a vocabulary gained."""

from collections.abc import Mapping

from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.vocab.extension import count_uses
from tfmling.vocab.word_counts import WordCounts

Provenance = dict[str, dict[str, int]]


def trace_pieces(
    old: SubwordVocabulary, new: SubwordVocabulary, by_language: Mapping[str, WordCounts]
) -> Provenance:
    """Who uses the pieces that were appended.

    Args:
        old: the vocabulary before.
        new: the vocabulary after; it begins with all pieces of `old`.
        by_language: the words that were learned from, as they were counted.

    Returns:
        Appended piece, in the order of ids, to its uses by language, the most uses first; {} for a
        character that is there for words to come.
    """
    uses = {language: count_uses(new, counts) for language, counts in by_language.items()}
    traced: Provenance = {}
    for piece in new.pieces[len(old) :]:
        found = {language: used[piece] for language, used in uses.items() if used[piece]}
        traced[piece] = dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
    return traced


def count_brought(provenance: Provenance) -> dict[str, int]:
    """How many pieces each language brought: those that it uses more than any other."""
    brought: dict[str, int] = {}
    for uses in provenance.values():
        if uses:
            first = next(iter(uses))
            brought[first] = brought.get(first, 0) + 1
    return brought


def as_tsv(provenance: Provenance, first_id: int) -> str:
    """added.tsv: a line a piece, with its id and its uses, `sw:120 ha:4`, the most first."""
    return "".join(
        f"{piece}\t{number}\t{' '.join(f'{language}:{n}' for language, n in uses.items())}\n"
        for number, (piece, uses) in enumerate(provenance.items(), start=first_id)
    )
