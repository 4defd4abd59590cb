"""Which learned pieces a vocabulary gains (EXTEND, 2004.13640): those it lacks and uses."""

import itertools
from collections import Counter
from collections.abc import Mapping

from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.vocab.word_counts import WordCounts


def extend_vocabulary(
    base: SubwordVocabulary,
    learned: Mapping[str, float],
    counts: WordCounts,
    *,
    min_uses: int = 1,
    max_added: int | None = None,
) -> SubwordVocabulary:
    """Appends learned pieces to a vocabulary, whose own ids stay.

    Args:
        base: the vocabulary to extend.
        learned: pieces with their scores, the most valuable first.
        counts: the words that were learned from.
        min_uses: a piece that the extended vocabulary would use less often on `counts` is left out;
            single characters stay, since words to come may need them.
        max_added: how many pieces are appended at most.
    """
    spelled = {base.from_word_piece(piece): score for piece, score in learned.items()}
    missing = {piece: score for piece, score in spelled.items() if piece not in base}
    if min_uses:
        missing = _used(base, missing, counts, min_uses)
    return base.with_pieces(dict(itertools.islice(missing.items(), max_added)))


def _used(
    base: SubwordVocabulary, pieces: Mapping[str, float], counts: WordCounts, min_uses: int
) -> dict[str, float]:
    # One look is enough: without a piece its words are cut into others, which are used more then.
    uses = count_uses(base.with_pieces(pieces), counts)
    return {
        piece: score
        for piece, score in pieces.items()
        if uses[piece] >= min_uses or base.is_character(piece)
    }


def count_uses(vocabulary: SubwordVocabulary, counts: WordCounts) -> Counter[str]:
    """How often each piece occurs in the counted words."""
    uses: Counter[str] = Counter()
    for word, count in counts.items():
        for piece in vocabulary.tokenize_word(word):
            uses[piece] += count
    return uses
