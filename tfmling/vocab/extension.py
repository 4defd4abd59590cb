"""Extend a vocabulary by learned pieces (EXTEND, 2004.13640), and trace who uses them."""

import itertools
from collections import Counter
from collections.abc import Mapping

from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.vocab.word_counts import WordCounts

Provenance = dict[str, dict[str, int]]  # piece -> language -> uses


def extend_vocabulary(
    base: SubwordVocabulary,
    learned: Mapping[str, float],
    counts: WordCounts,
    *,
    min_uses: int = 1,
    max_added: int | None = None,
) -> SubwordVocabulary:
    """Append learned pieces to a vocabulary without changing its ids.

    Args:
        base: the vocabulary to extend.
        learned: pieces in WordPiece's spelling and their scores, best first.
        counts: the words that the pieces were learned from.
        min_uses: pieces that the extended vocabulary uses less often on `counts` are dropped,
            except single characters, which unseen words may need.
        max_added: the maximum number of appended pieces; None for no limit.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
        >>> base = WordPieceVocabulary((*SPECIAL_PIECES, "m", "##a"), lowercase=True)
        >>> extend_vocabulary(base, {"ma": 0.0, "moto": 0.0}, {"ma": 5}).pieces[7:]
        ('ma',)
    """
    spelled = {base.from_word_piece(piece): score for piece, score in learned.items()}
    missing = {piece: score for piece, score in spelled.items() if piece not in base}
    if min_uses:
        # one pass suffices: dropping a piece only increases the use of others
        uses = count_uses(base.with_pieces(missing), counts)
        missing = {
            piece: score
            for piece, score in missing.items()
            if uses[piece] >= min_uses or base.is_character(piece)
        }
    return base.with_pieces(dict(itertools.islice(missing.items(), max_added)))


def count_uses(vocabulary: SubwordVocabulary, counts: WordCounts) -> Counter[str]:
    """Count how often each piece occurs in running text, from the counts of its words.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
        >>> vocabulary = WordPieceVocabulary((*SPECIAL_PIECES, "ma", "##ji"), lowercase=True)
        >>> dict(count_uses(vocabulary, {"maji": 2}))
        {'ma': 2, '##ji': 2}
    """
    uses: Counter[str] = Counter()
    for word, count in counts.items():
        for piece in vocabulary.tokenize_word(word):
            uses[piece] += count
    return uses


def normalize_words(counts: WordCounts, vocabulary: SubwordVocabulary) -> WordCounts:
    """Apply the vocabulary's normalizer to counted words, since other pieces are never used.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
        >>> vocabulary = WordPieceVocabulary(SPECIAL_PIECES, lowercase=True)
        >>> dict(normalize_words({"maji": 3}, vocabulary))  # counted as WordPiece splits text
        {'maji': 3}
    """
    normalized: Counter[str] = Counter()
    for word, count in counts.items():
        for part in vocabulary.normalize_word(word):
            normalized[part] += count
    return normalized


def trace_pieces(
    old: SubwordVocabulary, new: SubwordVocabulary, by_language: Mapping[str, WordCounts]
) -> Provenance:
    """Find the languages that use each appended piece.

    Args:
        old: the vocabulary before the extension.
        new: the vocabulary after it; begins with all pieces of `old`.
        by_language: the unweighted words that the pieces were learned from.

    Returns:
        Each appended piece, in the order of ids, with its uses by language, most uses first. The
        uses are empty for characters that only unseen words may need.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
        >>> old = WordPieceVocabulary(SPECIAL_PIECES, lowercase=True)
        >>> words = {"ha": {"maji": 1}, "sw": {"maji": 5}}
        >>> trace_pieces(old, old.with_pieces({"maji": 0.0}), words)
        {'maji': {'sw': 5, 'ha': 1}}
    """
    uses = {language: count_uses(new, counts) for language, counts in by_language.items()}
    traced: Provenance = {}
    for piece in new.pieces[len(old) :]:
        found = {language: used[piece] for language, used in uses.items() if used[piece]}
        traced[piece] = dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
    return traced


def count_by_main_language(provenance: Provenance) -> dict[str, int]:
    """Count the pieces that each language uses more than any other language does.

    Example:
        >>> count_by_main_language({"maji": {"sw": 5, "ha": 1}, "ruwa": {"ha": 2}, "q": {}})
        {'sw': 1, 'ha': 1}
    """
    return dict(Counter(next(iter(uses)) for uses in provenance.values() if uses))


def as_tsv(provenance: Provenance, first_id: int) -> str:
    """The content of added.tsv: piece, id and uses (`sw:120 ha:4`), one piece per line.

    Example:
        >>> as_tsv({"maji": {"sw": 5}}, first_id=7)
        'maji\\t7\\tsw:5\\n'
    """
    return "".join(
        f"{piece}\t{number}\t{' '.join(f'{language}:{n}' for language, n in uses.items())}\n"
        for number, (piece, uses) in enumerate(provenance.items(), start=first_id)
    )
