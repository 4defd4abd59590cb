"""A whole extension, from word counts to an enlarged encoder folder or vocabulary file."""

import sys
import time
from collections.abc import Mapping
from typing import Any

from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.core import files, outputs
from tfmling.modeling.encoder import Encoder
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary, VocabularyError
from tfmling.tokenizers.vocabulary_files import read_vocabulary_file
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
from tfmling.vocab.build_initializer import build_initializer
from tfmling.vocab.extension import as_tsv, extend_vocabulary, normalize_words, trace_pieces
from tfmling.vocab.fertility import (
    TRAINING_WORDS,
    EvaluationWords,
    as_markdown,
    compare_fertility,
)
from tfmling.vocab.language_sampling import drop_rare_words, join_languages, language_shares
from tfmling.vocab.learners import learn_pieces
from tfmling.vocab.resize import enlarge_encoder
from tfmling.vocab.settings import Base, EmptyBase, EncoderBase, ExtendVocab
from tfmling.vocab.word_counts import (
    WordCounts,
    check_counted,
    check_word_splitting,
    read_held_out,
    read_word_counts,
)

SENTENCE_PIECE_INITIALIZERS = ("random", "subword_mean")


def run_extension(settings: ExtendVocab) -> None:
    """Extend as `publish_extension` does, and print how many pieces words take.

    Example:
        >>> files.write_text("sw.tsv", "maji\\t9\\n")
        >>> settings = ExtendVocab(output="out", base={"kind": "empty", "lowercase": True},
        ...                        word_counts=["sw.tsv"], learner={"kind": "bpe"})
        >>> run_extension(settings)  # doctest: +ELLIPSIS
        | language | words | measured on | ...
        >>> "maji" in files.read_text("out/vocab.txt").split()
        True
    """
    print(as_markdown(publish_extension(settings)))


def publish_extension(settings: ExtendVocab) -> dict[str, Any]:
    """Learn pieces, append those that the base lacks, and publish `settings.output`.

    Returns:
        The content of fertility.json.
    """
    counts = read_word_counts(settings.word_counts)
    base = _load_base(settings.base)
    old = base.vocabulary if isinstance(base, Encoder) else base
    check_sentence_piece(old, settings)
    check_word_splitting(old)
    check_counted(join_languages(counts, 1.0), old)
    normalized = {name: normalize_words(own, old) for name, own in counts.items()}
    frequent = drop_rare_words(normalized, settings.learner.min_count)
    new = _learn_and_extend(old, normalized, frequent, settings)
    provenance = trace_pieces(old, new, counts)
    shares = language_shares(frequent, settings.sampling_exponent)
    words = _evaluation_words(counts, old, settings)
    fertility = compare_fertility(old, new, words, shares=shares, provenance=provenance)
    with outputs.publish(settings) as folder:
        _write(base, new, settings, folder)
        files.write_text(files.join(folder, "added.tsv"), as_tsv(provenance, len(old)))
        files.write_json(files.join(folder, "fertility.json"), fertility)
        files.write_text(files.join(folder, "fertility.md"), as_markdown(fertility))
    _log(f"{len(old):,} pieces became {len(new):,}; written to {settings.output}")
    return fertility


def check_sentence_piece(base: SubwordVocabulary, settings: ExtendVocab) -> None:
    """Check, before anything is learned, that these settings can extend a SentencePiece base.

    Raises:
        VocabularyError: the learner's scores are not probabilities, or the initializer works on
            WordPieces only.

    Example:
        >>> settings = ExtendVocab(output="out", base={"kind": "empty", "lowercase": True},
        ...                        word_counts=[folder], learner={"kind": "bpe"})
        >>> check_sentence_piece(WordPieceVocabulary(SPECIAL_PIECES, lowercase=True), settings)
    """
    if not isinstance(base, SentencePieceVocabulary):
        return
    if settings.learner.kind != "unigram":
        raise VocabularyError(
            "learner.kind: expected unigram, since the pieces of the base's SentencePiece model "
            f"have probabilities, got {settings.learner.kind}"
        )
    init = settings.embedding_init
    if init is not None and init.kind not in SENTENCE_PIECE_INITIALIZERS:
        raise VocabularyError(
            f"embedding_init.kind: expected {' or '.join(SENTENCE_PIECE_INITIALIZERS)} with a "
            f"SentencePiece base, got {init.kind}, which works on WordPieces only"
        )


def _load_base(settings: Base) -> Encoder | SubwordVocabulary:
    if isinstance(settings, EncoderBase):
        return load_encoder(settings.path)
    if isinstance(settings, EmptyBase):
        return WordPieceVocabulary(SPECIAL_PIECES, settings.lowercase)
    return read_vocabulary_file(files.resolve_package(settings.path), settings.lowercase)


def _learn_and_extend(
    old: SubwordVocabulary,
    by_language: Mapping[str, WordCounts],
    frequent: Mapping[str, WordCounts],
    settings: ExtendVocab,
) -> SubwordVocabulary:
    as_counted = join_languages(by_language, 1.0)
    weighted = join_languages(frequent, settings.sampling_exponent)
    # rare words are already dropped from `frequent`; they still contribute their characters
    learner = settings.learner.model_copy(update={"min_count": 1})
    size = f"{learner.vocabulary_size:,}"
    _log(f"learning {size} pieces ({learner.kind}) from {len(weighted):,} words")
    started = time.monotonic()
    learned = learn_pieces(weighted, learner, as_counted)
    _log(f"learned {len(learned):,} in {time.monotonic() - started:.1f} s")
    return extend_vocabulary(
        old, learned, as_counted, min_uses=settings.min_uses, max_added=settings.max_added
    )


def _evaluation_words(
    learned_from: Mapping[str, WordCounts], old: SubwordVocabulary, settings: ExtendVocab
) -> dict[str, EvaluationWords]:
    """The words to measure fertility on, by language.

    They come from the setting `measured_on`; otherwise from what count_words held out; otherwise
    from the words that were learned from, which the table reports.
    """
    if settings.measured_on:
        other = read_word_counts(settings.measured_on)
        for counts in other.values():
            check_counted(counts, old)
        return {name: EvaluationWords(counts, "other words") for name, counts in other.items()}
    held_out = read_held_out(settings.word_counts)
    return {
        language: EvaluationWords(held_out[language], "held out")
        if language in held_out
        else EvaluationWords(counts, TRAINING_WORDS)
        for language, counts in learned_from.items()
    }


def _write(
    base: Encoder | SubwordVocabulary,
    vocabulary: SubwordVocabulary,
    settings: ExtendVocab,
    folder: str,
) -> None:
    if isinstance(base, SubwordVocabulary):
        vocabulary.write(files.join(folder, vocabulary.FILE))
        return
    assert settings.embedding_init is not None  # validated by the settings
    initializer = build_initializer(settings.embedding_init)
    save_encoder(enlarge_encoder(base, vocabulary, initializer, settings.seed), folder)


def _log(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
