"""Counted words, as `count_words` writes them: <language>.tsv with a word, a tab and its count."""

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import regex

from tfmling.core import files, manifest
from tfmling.text.words import spaced_words, split_words
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_vocabulary import VocabularyError, WordPieceVocabulary

WordCounts = Mapping[str, int]

_PUNCTUATION = regex.compile(r"\p{P}+")
_ATTACHED = regex.compile(r"[\p{L}\p{M}\p{N}]\p{P}|\p{P}[\p{L}\p{M}\p{N}]")


def read_word_counts(paths: Sequence[str]) -> dict[str, WordCounts]:
    """Reads counts of several languages.

    Args:
        paths: output folders of count_words, files or patterns; what several of them, or
            several lines, say of one word of a language is added up.

    Returns:
        Language to word to count; languages in alphabetical order.

    Raises:
        VocabularyError: a line that is not a word, a tab and a positive number, or no line at all.
        NotUtf8Error: a line in another encoding.
        IncompleteError, DamagedError: a folder that count_words has not finished, or that changed.
    """
    counts: dict[str, Counter[str]] = {}
    for path in (file for given in paths for file in count_files(given)):
        words = list(_read(path))
        if not words:
            raise VocabularyError(f"{path}: no words; expected a word, a tab and a count a line")
        language = posixpath.basename(path).removesuffix(".tsv")
        own = counts.setdefault(language, Counter())
        for word, count in words:
            own[word] += count
    return dict(sorted(counts.items()))


def count_files(path: str) -> list[str]:
    """The files `<language>.tsv` of an output folder of count_words, a file or a pattern.

    Raises:
        VocabularyError: there is none.
        IncompleteError, DamagedError: a folder that count_words has not finished, or that changed.
    """
    found = files.expand(path)
    if found and files.is_folder(found[0]):
        written = manifest.require_whole(path)
        manifest.verify_once(path)  # a byte that changed makes another word of a word
        # those below, in held_out/, are not learned from
        root = files.join(path, "")
        found = [file for file in files.find(path, ".tsv") if "/" not in file.removeprefix(root)]
        manifest.require_listed(path, found, written)
    if not found:
        raise VocabularyError(f"{path}: no <language>.tsv there; expected what count_words writes")
    return found


def _read(path: str) -> Iterator[tuple[str, int]]:
    for number, line in enumerate(files.read_lines(path), start=1):
        word, tab, count = line.partition("\t")
        if not (word and tab and count.isascii() and count.isdigit() and int(count)):
            raise VocabularyError(
                f"{path}:{number}: expected a word, a tab and a count above 0; got {line!r:.80}"
            )
        yield word, int(count)


def check_words(counts: WordCounts, lowercase: bool) -> None:
    """Sees to it that words were counted as the vocabulary's texts will be split.

    Raises:
        VocabularyError: a word that splits further, or changes, under `lowercase`.
    """
    for word in counts:
        if (found := split_words(word, lowercase)) != [word]:
            raise VocabularyError(
                f"the counted word {word!r} becomes {found} with lowercase: "
                f"{str(lowercase).lower()}, which is how this vocabulary splits text; run "
                "count_words with that setting"
            )


def check_spaced_words(counts: WordCounts) -> None:
    """Check that words were counted as SentencePiece sees them: at white space, nothing else.

    Raises:
        VocabularyError: a word with white space in it; or punctuation that only ever stands alone,
            since the words were then counted for WordPiece.
    """
    for word in counts:
        if (found := spaced_words(word)) != [word]:
            raise VocabularyError(
                f"the counted word {word!r} becomes {found} before a SentencePiece model cuts it; "
                "run count_words with tokenizer: sentencepiece"
            )
    alone = [word for word in counts if _PUNCTUATION.fullmatch(word)]
    if alone and not any(_ATTACHED.search(word) for word in counts):
        raise VocabularyError(
            f"the counted words have punctuation ({alone[0]!r}) only by itself, as WordPiece sees "
            "it; a SentencePiece model sees it attached to words, and pieces learned so would "
            "never be used. Run count_words with tokenizer: sentencepiece"
        )


def check_word_splitting(vocabulary: SubwordVocabulary) -> None:
    """Check that `count_words` can split text as this vocabulary does.

    Raises:
        VocabularyError: the vocabulary lower-cases without stripping accents, strips accents
            without lower-casing, or keeps CJK characters together.
    """
    if not isinstance(vocabulary, WordPieceVocabulary):
        return
    lowercase, strip_accents, split_chinese = vocabulary.split_options
    if strip_accents != lowercase or not split_chinese:
        raise VocabularyError(
            "expected an encoder that splits text as count_words does (strip_accents equal to "
            "do_lower_case, tokenize_chinese_chars: true), got do_lower_case: "
            f"{str(lowercase).lower()}, strip_accents: {str(strip_accents).lower()}, "
            f"tokenize_chinese_chars: {str(split_chinese).lower()}; words counted otherwise would "
            "give wrong pieces"
        )


def frequent_words(by_language: Mapping[str, WordCounts], min_count: int) -> dict[str, WordCounts]:
    """Each language without the words that all languages together hold fewer than `min_count` of.

    To be asked before languages are weighed: weights would make a small language's rare words look
    frequent. A language that is left without words is left out.

    Raises:
        VocabularyError: no word is that frequent.
    """
    total: Counter[str] = Counter()
    for counts in by_language.values():
        total.update(counts)
    kept = {
        language: {word: count for word, count in counts.items() if total[word] >= min_count}
        for language, counts in by_language.items()
    }
    if not any(kept.values()):
        raise VocabularyError(f"no word occurs {min_count} times; give more or lower min_count")
    return {language: counts for language, counts in kept.items() if counts}


def language_shares(
    by_language: Mapping[str, WordCounts], sampling_exponent: float
) -> dict[str, float]:
    """What part of the whole each language gets: its number of words to an exponent, normalized.

    Below 1 this raises the small languages (Devlin et al. 2019, multilingual BERT: 0.7; LaBSE,
    2007.01852: 0.3).
    """
    powers = {
        language: sum(counts.values()) ** sampling_exponent
        for language, counts in by_language.items()
    }
    return {language: power / sum(powers.values()) for language, power in powers.items()}


def join_languages(by_language: Mapping[str, WordCounts], sampling_exponent: float) -> WordCounts:
    """Adds up languages, each with its `language_shares` of all words.

    The total stays as it was, but for rounding; no word falls below 1.
    """
    sizes = {language: sum(counts.values()) for language, counts in by_language.items()}
    shares = language_shares(by_language, sampling_exponent)
    joined: Counter[str] = Counter()
    for language, counts in by_language.items():
        weight = sum(sizes.values()) * shares[language] / sizes[language]
        joined.update({word: max(1, round(count * weight)) for word, count in counts.items()})
    return joined
