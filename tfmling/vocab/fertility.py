"""How well a vocabulary fits a language: pieces per word, and words that it cannot write."""

import dataclasses

from tfmling.vocab.vocabulary import UNK, Vocabulary, VocabularyError
from tfmling.vocab.word_counts import WordCounts
from tfmling.vocab.word_pieces import WordPieces


@dataclasses.dataclass(frozen=True)
class Fertility:
    """Means over running text, where each word counts as often as it occurs.

    Attributes:
        pieces_per_word: 1 is the least; [UNK] is one piece.
        unknown_rate: share of words that become [UNK].
    """

    pieces_per_word: float
    unknown_rate: float


def measure_fertility(vocabulary: Vocabulary, counts: WordCounts) -> Fertility:
    """Measures a vocabulary on counted words; VocabularyError where there are none."""
    if not counts:
        raise VocabularyError("fertility needs words; got none")
    cut = WordPieces(vocabulary)
    words = pieces = unknown = 0
    for word, count in counts.items():
        found = cut(word)
        words += count
        pieces += count * len(found)
        unknown += count * (found == [UNK])
    return Fertility(pieces / words, unknown / words)
