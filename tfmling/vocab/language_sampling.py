"""How languages share one vocabulary: rare words, sampling exponents, joint counts."""

from collections import Counter
from collections.abc import Mapping

from tfmling.tokenizers.subword_vocabulary import VocabularyError
from tfmling.vocab.word_counts import WordCounts


def drop_rare_words(by_language: Mapping[str, WordCounts], min_count: int) -> dict[str, WordCounts]:
    """Drop words that occur fewer than `min_count` times in all languages together.

    Apply this before `join_languages`, whose weights make rare words of small languages look
    frequent. Languages that have no words left are dropped.

    Raises:
        VocabularyError: no word is that frequent.

    Example:
        >>> drop_rare_words({"sw": {"maji": 2, "moto": 1}, "ha": {"ruwa": 1}}, min_count=2)
        {'sw': {'maji': 2}}
    """
    total: Counter[str] = Counter()
    for counts in by_language.values():
        total.update(counts)
    kept = {
        language: {word: count for word, count in counts.items() if total[word] >= min_count}
        for language, counts in by_language.items()
    }
    if not any(kept.values()):
        raise VocabularyError(
            f"no word occurs {min_count} times; provide more text or lower min_count"
        )
    return {language: counts for language, counts in kept.items() if counts}


def language_shares(
    by_language: Mapping[str, WordCounts], sampling_exponent: float
) -> dict[str, float]:
    """The sampling probability of each language: its number of words to a power, normalized.

    Exponents below 1 upsample small languages (multilingual BERT, Devlin et al. 2019: 0.7; LaBSE,
    2007.01852: 0.3).

    Example:
        >>> language_shares({"en": {"the": 9}, "sw": {"na": 1}}, sampling_exponent=0.5)
        {'en': 0.75, 'sw': 0.25}
    """
    powers = {
        language: sum(counts.values()) ** sampling_exponent
        for language, counts in by_language.items()
    }
    return {language: power / sum(powers.values()) for language, power in powers.items()}


def join_languages(by_language: Mapping[str, WordCounts], sampling_exponent: float) -> WordCounts:
    """Add up the counts of all languages, each scaled to its `language_shares`.

    The total is preserved except for rounding; no count falls below 1.

    Example:
        >>> dict(join_languages({"en": {"the": 9}, "sw": {"na": 1}}, sampling_exponent=0.5))
        {'the': 8, 'na': 2}
    """
    sizes = {language: sum(counts.values()) for language, counts in by_language.items()}
    shares = language_shares(by_language, sampling_exponent)
    joined: Counter[str] = Counter()
    for language, counts in by_language.items():
        weight = sum(sizes.values()) * shares[language] / sizes[language]
        joined.update({word: max(1, round(count * weight)) for word, count in counts.items()})
    return joined
