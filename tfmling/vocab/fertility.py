"""How well a vocabulary fits a language: pieces per word, and words that it cannot write."""

import dataclasses

from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary, VocabularyError
from tfmling.vocab.word_counts import WordCounts


@dataclasses.dataclass(frozen=True)
class Fertility:
    """Means over running text, where each word counts as often as it occurs.

    Attributes:
        pieces_per_word: 1 is the least; [UNK] is one piece.
        unknown_rate: share of words that become [UNK], or of which a part is <unk>.
    """

    pieces_per_word: float
    unknown_rate: float


def measure_fertility(vocabulary: SubwordVocabulary, counts: WordCounts) -> Fertility:
    """Measures a vocabulary on counted words; VocabularyError where there are none."""
    if not counts:
        raise VocabularyError("fertility needs words; got none")
    unknown_piece = vocabulary.pieces[vocabulary.unk_id]
    words = pieces = unknown = 0
    for word, count in counts.items():
        found = vocabulary.tokenize_word(word)
        words += count
        pieces += count * len(found)
        unknown += count * (unknown_piece in found)
    return Fertility(pieces / words, unknown / words)
