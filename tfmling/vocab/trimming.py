"""The part of a vocabulary that some languages use.

WordPiece takes the longest piece that fits. Where all pieces of a word's segmentation are kept, no
longer one can appear and none is missing, so the word is cut as before: text of the counted words
gets the same ids' rows, and the model the same vectors. All single characters are kept too, so that
no other word becomes [UNK] that was none.
"""

import dataclasses
from collections import Counter
from collections.abc import Mapping

from tfmling.tokenizers.word_piece_vocabulary import (
    SPECIAL_PIECES,
    WordPieceVocabulary,
    is_character,
)
from tfmling.vocab.word_counts import WordCounts


def trim_vocabulary(
    vocabulary: WordPieceVocabulary, by_language: Mapping[str, WordCounts], min_uses: int
) -> WordPieceVocabulary:
    """Keeps special pieces, characters, and pieces that the words use often enough.

    Args:
        vocabulary: what is trimmed.
        by_language: the words of the languages that are to stay.
        min_uses: occurrences in running text, over all languages; 1 changes nothing for these
            words, more cuts rare words into smaller pieces.

    Returns:
        A vocabulary in the old order, so [PAD] stays 0 where it was 0.
    """
    uses = piece_uses(vocabulary, by_language)
    return dataclasses.replace(
        vocabulary,
        pieces=tuple(
            piece
            for piece in vocabulary.pieces
            if piece in SPECIAL_PIECES or is_character(piece) or uses[piece] >= min_uses
        ),
    )


def piece_uses(
    vocabulary: WordPieceVocabulary, by_language: Mapping[str, WordCounts]
) -> Counter[str]:
    """How often each piece stands in the running text that the words were counted in."""
    uses: Counter[str] = Counter()
    for counts in by_language.values():
        for word, count in counts.items():
            for piece in vocabulary.tokenize_word(word):
                uses[piece] += count
    return uses
