"""Which learned pieces a vocabulary gains (EXTEND, 2004.13640): those it lacks and uses."""

from collections import Counter
from collections.abc import Sequence

from tfmling.vocab.vocabulary import Vocabulary, is_character
from tfmling.vocab.word_counts import WordCounts
from tfmling.vocab.word_pieces import WordPieces


def extend_vocabulary(
    base: Vocabulary,
    learned: Sequence[str],
    counts: WordCounts,
    *,
    min_uses: int = 1,
    max_added: int | None = None,
) -> Vocabulary:
    """Appends learned pieces to a vocabulary, whose own ids stay.

    Args:
        base: the vocabulary to extend.
        learned: pieces, the most valuable first.
        counts: the words that were learned from.
        min_uses: a piece that the extended vocabulary would use less often on `counts` is left out;
            single characters stay, since words to come may need them.
        max_added: how many pieces are appended at most.
    """
    missing = list(dict.fromkeys(piece for piece in learned if piece not in base))
    if min_uses:
        missing = _used(base, missing, counts, min_uses)
    return base.extended(missing[:max_added])


def _used(base: Vocabulary, pieces: list[str], counts: WordCounts, min_uses: int) -> list[str]:
    # One look is enough: without a piece its words are cut into others, which are used more then.
    uses = count_uses(base.extended(pieces), counts)
    return [piece for piece in pieces if uses[piece] >= min_uses or is_character(piece)]


def count_uses(vocabulary: Vocabulary, counts: WordCounts) -> Counter[str]:
    """How often each piece occurs in the counted words."""
    cut = WordPieces(vocabulary)
    uses: Counter[str] = Counter()
    for word, count in counts.items():
        for piece in cut(word):
            uses[piece] += count
    return uses
