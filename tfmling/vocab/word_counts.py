"""Word counts, as `count_words` writes them: `<language>.tsv`, one `word<TAB>count` per line.

`count_words` counts the words of a held-out share of the sentences separately, in
`held_out/<language>.tsv`: a vocabulary should be measured on words that it was not learned from.
"""

import posixpath
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import regex

from tfmling.core import files, manifest
from tfmling.text.words import spaced_words, split_words
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_vocabulary import VocabularyError, WordPieceVocabulary

WordCounts = Mapping[str, int]

HELD_OUT = "held_out"  # the folder of held-out counts
_PUNCTUATION = regex.compile(r"\p{P}+")
_ATTACHED = regex.compile(r"[\p{L}\p{M}\p{N}]\p{P}|\p{P}[\p{L}\p{M}\p{N}]")


def read_word_counts(paths: Sequence[str]) -> dict[str, WordCounts]:
    """Read the word counts of several languages.

    Args:
        paths: output folders of count_words, files or patterns. Counts of the same word and
            language are added up.

    Returns:
        Language to word to count, with languages in alphabetical order.

    Raises:
        VocabularyError: a line is not a word, a tab and a positive number, or a file is empty.
        NotUtf8Error: a line is not UTF-8.
        IncompleteError, DamagedError: count_words has not finished a folder, or it has changed.

    Example:
        >>> files.write_text("sw.tsv", "maji\\t3\\n")
        >>> read_word_counts(["sw.tsv"])["sw"]["maji"]
        3
    """
    counts: dict[str, Counter[str]] = {}
    for path in (file for given in paths for file in count_files(given)):
        words = list(_read(path))
        if not words:
            raise VocabularyError(f"{path}: no words; expected a word, a tab and a count per line")
        language = posixpath.basename(path).removesuffix(".tsv")
        own = counts.setdefault(language, Counter())
        for word, count in words:
            own[word] += count
    return dict(sorted(counts.items()))


def words_of(text: str, vocabulary: SubwordVocabulary) -> list[str]:
    """Split a text into words as the tokenizer of a vocabulary does before it looks up pieces.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES
        >>> words_of("Maji baridi!", WordPieceVocabulary(SPECIAL_PIECES, lowercase=True))
        ['maji', 'baridi', '!']
    """
    if isinstance(vocabulary, WordPieceVocabulary):
        return split_words(text, *vocabulary.split_options)
    return spaced_words(text)


def count_files(path: str) -> list[str]:
    """List the files `<language>.tsv` of an output folder of count_words, a file or a pattern.

    Raises:
        VocabularyError: there is no such file.
        IncompleteError, DamagedError: count_words has not finished the folder, or it has changed.

    Example:
        >>> files.write_text("sw.tsv", "maji\\t3\\n")
        >>> count_files("*.tsv")
        ['sw.tsv']
    """
    found = files.expand(path)
    if found and files.is_folder(found[0]):
        written = manifest.require_complete(path)
        manifest.verify_once(path)  # a changed byte would silently change a word
        # nothing is learned from files below the folder, those in held_out/
        root = files.join(path, "")
        found = [file for file in files.find(path, ".tsv") if "/" not in file.removeprefix(root)]
        manifest.require_listed(path, found, written)
    if not found:
        raise VocabularyError(f"{path}: no <language>.tsv found; expected output of count_words")
    return found


def _read(path: str) -> Iterator[tuple[str, int]]:
    for number, line in enumerate(files.read_lines(path), start=1):
        word, tab, count = line.partition("\t")
        if not (word and tab and count.isascii() and count.isdigit() and int(count)):
            raise VocabularyError(
                f"{path}:{number}: expected a word, a tab and a count above 0; got {line!r:.80}"
            )
        yield word, int(count)


def read_held_out(paths: Sequence[str]) -> dict[str, WordCounts]:
    """Read the held-out counts that belong to `paths`, which are as of `read_word_counts`.

    Languages without held-out words are missing.

    Example:
        >>> files.write_text("words/sw.tsv", "maji\\t3\\n")
        >>> files.write_text("words/held_out/sw.tsv", "moto\\t1\\n")
        >>> read_held_out(["words/sw.tsv"])["sw"]["moto"]
        1
    """
    found = [held_out_path(path) for given in paths for path in count_files(given)]
    existing = [path for path in dict.fromkeys(found) if files.exists(path)]
    return read_word_counts(existing) if existing else {}


def held_out_path(path: str) -> str:
    """The path of the held-out counts that belong to a `<language>.tsv`.

    Example:
        >>> held_out_path("words/sw.tsv")
        'words/held_out/sw.tsv'
    """
    folder, name = posixpath.split(path)
    return files.join(folder, HELD_OUT, name) if folder else f"{HELD_OUT}/{name}"


def read_all_words(paths: Sequence[str]) -> dict[str, WordCounts]:
    """Read counted and held-out words together, for uses that learn nothing from them.

    Example:
        >>> files.write_text("words/sw.tsv", "maji\\t3\\n")
        >>> files.write_text("words/held_out/sw.tsv", "maji\\t1\\n")
        >>> read_all_words(["words/sw.tsv"])
        {'sw': {'maji': 4}}
    """
    counts, held_out = read_word_counts(paths), read_held_out(paths)
    return {
        language: dict(Counter(words) + Counter(held_out.get(language, {})))
        for language, words in counts.items()
    }


def check_counted(counts: WordCounts, vocabulary: SubwordVocabulary) -> None:
    """Check that words were counted as the vocabulary's tokenizer splits text.

    Raises:
        VocabularyError: they were counted for the other kind of tokenizer, or in another case.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES
        >>> vocabulary = WordPieceVocabulary(SPECIAL_PIECES, lowercase=True)
        >>> check_counted({"maji": 3}, vocabulary)
        >>> check_counted({"Maji": 3}, vocabulary)  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
            ...
        VocabularyError: the counted word 'Maji' becomes ['maji'] with lowercase: true
    """
    if isinstance(vocabulary, SentencePieceVocabulary):
        check_spaced_words(counts)
    else:
        check_words(counts, vocabulary.lowercase)


def check_words(counts: WordCounts, lowercase: bool) -> None:
    """Check that words were counted as WordPiece splits text.

    Raises:
        VocabularyError: a word splits further, or changes, under `lowercase`.

    Example:
        >>> check_words({"Maji": 3}, lowercase=False)
        >>> check_words({"Maji": 3}, lowercase=True)  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
            ...
        VocabularyError: the counted word 'Maji' becomes ['maji'] with lowercase: true
    """
    for word in counts:
        if (found := split_words(word, lowercase)) != [word]:
            raise VocabularyError(
                f"the counted word {word!r} becomes {found} with lowercase: "
                f"{str(lowercase).lower()}, which is how this vocabulary splits text; run "
                "count_words with that setting"
            )


def check_spaced_words(counts: WordCounts) -> None:
    """Check that words were counted as SentencePiece sees them, split at white space only.

    Raises:
        VocabularyError: a word contains white space, or punctuation only occurs as words of its
            own, so the words were counted for WordPiece.

    Example:
        >>> check_spaced_words({"maji,": 3, ",": 1})
        >>> check_spaced_words({"maji": 3, ",": 3})  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
            ...
        VocabularyError: punctuation (',') is counted only as separate words, as WordPiece sees it
    """
    for word in counts:
        if (found := spaced_words(word)) != [word]:
            raise VocabularyError(
                f"the counted word {word!r} becomes {found} before a SentencePiece model splits "
                "it; run count_words with tokenizer: sentencepiece"
            )
    alone = [word for word in counts if _PUNCTUATION.fullmatch(word)]
    if alone and not any(_ATTACHED.search(word) for word in counts):
        raise VocabularyError(
            f"punctuation ({alone[0]!r}) is counted only as separate words, as WordPiece sees it; "
            "a SentencePiece model sees it attached to words and would never use pieces learned "
            "from these counts. Run count_words with tokenizer: sentencepiece"
        )


def check_word_splitting(vocabulary: SubwordVocabulary) -> None:
    """Check that `count_words` can split text as this vocabulary does.

    Raises:
        VocabularyError: the vocabulary lower-cases without stripping accents, strips accents
            without lower-casing, or keeps CJK characters together.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES
        >>> check_word_splitting(WordPieceVocabulary(SPECIAL_PIECES, lowercase=True))
    """
    if not isinstance(vocabulary, WordPieceVocabulary):
        return
    lowercase, strip_accents, split_chinese = vocabulary.split_options
    if strip_accents != lowercase or not split_chinese:
        raise VocabularyError(
            "expected an encoder that splits text as count_words does (strip_accents equal to "
            "do_lower_case, tokenize_chinese_chars: true), got do_lower_case: "
            f"{str(lowercase).lower()}, strip_accents: {str(strip_accents).lower()}, "
            f"tokenize_chinese_chars: {str(split_chinese).lower()}; words that are counted "
            "differently would give wrong pieces"
        )
