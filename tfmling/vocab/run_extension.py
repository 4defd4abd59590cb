"""A whole extension: from counted words to an enlarged encoder folder, or to a vocab.txt."""

import sys
import time
from collections.abc import Mapping

from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.core import files, outputs
from tfmling.modeling.encoder import Encoder
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.vocabulary_files import read_vocabulary_file
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
from tfmling.vocab.build_initializer import build_initializer
from tfmling.vocab.enlarge import enlarge_encoder
from tfmling.vocab.extension import extend_vocabulary
from tfmling.vocab.fertility_table import (
    LEARNED_FROM,
    MeasuredOn,
    as_markdown,
    compare_fertility,
)
from tfmling.vocab.held_out_counts import read_held_out
from tfmling.vocab.learners import learn_scored_pieces
from tfmling.vocab.provenance import as_tsv, trace_pieces
from tfmling.vocab.sentence_piece_extension import (
    check_counted,
    check_sentence_piece,
    normalize_words,
)
from tfmling.vocab.settings import Base, EmptyBase, EncoderBase, ExtendVocab
from tfmling.vocab.word_counts import (
    WordCounts,
    check_word_splitting,
    frequent_words,
    join_languages,
    language_shares,
    read_word_counts,
)


def run_extension(settings: ExtendVocab) -> None:
    """Learns pieces, appends those that the base lacks and publishes `settings.output`."""
    counts = read_word_counts(settings.word_counts)
    base = load_base(settings.base)
    old = base.vocabulary if isinstance(base, Encoder) else base
    check_sentence_piece(old, settings)
    check_word_splitting(old)
    check_counted(join_languages(counts, 1.0), old)
    normal = {name: normalize_words(own, old) for name, own in counts.items()}
    frequent = frequent_words(normal, settings.learner.min_count)
    new = _extended(old, normal, frequent, settings)
    provenance = trace_pieces(old, new, counts)
    shares = language_shares(frequent, settings.sampling_exponent)
    measured_on = _measured_on(counts, old, settings)
    fertility = compare_fertility(old, new, measured_on, shares=shares, provenance=provenance)
    with outputs.publish(settings) as folder:
        _write(base, new, settings, folder)
        files.write_text(files.join(folder, "added.tsv"), as_tsv(provenance, len(old)))
        files.write_json(files.join(folder, "fertility.json"), fertility)
        files.write_text(files.join(folder, "fertility.md"), as_markdown(fertility))
    _say(f"{len(old):,} pieces became {len(new):,}; written to {settings.output}")
    print(as_markdown(fertility))


def load_base(settings: Base) -> Encoder | SubwordVocabulary:
    """What is extended."""
    if isinstance(settings, EncoderBase):
        return load_encoder(settings.path)
    if isinstance(settings, EmptyBase):
        return WordPieceVocabulary(SPECIAL_PIECES, settings.lowercase)
    return read_vocabulary_file(files.resolve_package(settings.path), settings.lowercase)


def _extended(
    old: SubwordVocabulary,
    by_language: Mapping[str, WordCounts],
    frequent: Mapping[str, WordCounts],
    settings: ExtendVocab,
) -> SubwordVocabulary:
    as_counted = join_languages(by_language, 1.0)
    learner = settings.learner
    weighed = join_languages(frequent, settings.sampling_exponent)
    _say(f"learning {learner.vocabulary_size:,} pieces ({learner.kind}) of {len(weighed):,} words")
    started = time.monotonic()
    # rare words teach no pieces, but they show what the languages are written with
    every = learner.model_copy(update={"min_count": 1})
    learned = learn_scored_pieces(weighed, every, as_counted)
    _say(f"learned {len(learned):,} in {time.monotonic() - started:.1f} s")
    return extend_vocabulary(
        old, learned, as_counted, min_uses=settings.min_uses, max_added=settings.max_added
    )


def _measured_on(
    learned_from: Mapping[str, WordCounts], old: SubwordVocabulary, settings: ExtendVocab
) -> dict[str, MeasuredOn]:
    """The words that fertility is measured on, by language.

    `measured_on` of the settings; else what count_words held out; else, and that is said, the words
    that were learned from.
    """
    if settings.measured_on:
        other = read_word_counts(settings.measured_on)
        for counts in other.values():
            check_counted(counts, old)
        return {language: MeasuredOn(counts, "other words") for language, counts in other.items()}
    held_out = read_held_out(settings.word_counts)
    return {
        language: MeasuredOn(held_out[language], "held out")
        if language in held_out
        else MeasuredOn(counts, LEARNED_FROM)
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
    assert settings.embedding_init is not None  # the settings have seen to it
    initializer = build_initializer(settings.embedding_init)
    save_encoder(enlarge_encoder(base, vocabulary, initializer, settings.seed), folder)


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
