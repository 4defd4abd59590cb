"""What extending a SentencePiece vocabulary asks beyond extending a list of WordPieces."""

from collections import Counter

from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary, VocabularyError
from tfmling.vocab.settings import ExtendVocab
from tfmling.vocab.word_counts import WordCounts, check_spaced_words, check_words

INITIALIZERS = ("random", "subword_mean")


def check_sentence_piece(base: SubwordVocabulary, settings: ExtendVocab) -> None:
    """Sees to it, before anything is learned, that a SentencePiece base can be extended so.

    Raises:
        VocabularyError: a learner whose scores are no probabilities, or rows that are made by
            cutting words into WordPieces.
    """
    if not isinstance(base, SentencePieceVocabulary):
        return
    if settings.learner.kind != "unigram":
        raise VocabularyError(
            f"learner.kind: expected unigram, since the base is cut by a SentencePiece model whose "
            f"pieces have probabilities, got {settings.learner.kind}"
        )
    if settings.embedding_init is not None and settings.embedding_init.kind not in INITIALIZERS:
        raise VocabularyError(
            f"embedding_init.kind: expected {' or '.join(INITIALIZERS)} with a SentencePiece base, "
            f"got {settings.embedding_init.kind}, which works on WordPieces only"
        )


def check_counted(counts: WordCounts, vocabulary: SubwordVocabulary) -> None:
    """Check that words were counted as the vocabulary's tokenizer splits text.

    Raises:
        VocabularyError: they were counted for the other kind of tokenizer, or another case.
    """
    if isinstance(vocabulary, SentencePieceVocabulary):
        check_spaced_words(counts)
    else:
        check_words(counts, vocabulary.lowercase)


def normalize_words(counts: WordCounts, vocabulary: SubwordVocabulary) -> WordCounts:
    """The words as the vocabulary's normalizer leaves them; a piece of others is never used."""
    found: Counter[str] = Counter()
    for word, count in counts.items():
        for part in vocabulary.normalize_word(word):
            found[part] += count
    return found
