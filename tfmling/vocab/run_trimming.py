"""A whole trimming: from counted words and an encoder to a smaller encoder folder."""

from collections.abc import Mapping
from typing import Any

from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.core import files, outputs
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary, require_word_piece
from tfmling.vocab.fertility import measure_fertility
from tfmling.vocab.held_out_counts import read_all_words
from tfmling.vocab.settings import TrimVocab
from tfmling.vocab.trim import trim_encoder
from tfmling.vocab.trimming import trim_vocabulary
from tfmling.vocab.word_counts import WordCounts, check_word_splitting, check_words


def run_trimming(settings: TrimVocab) -> None:
    """Keeps what the counted words need and publishes `settings.output`; prints what it saved."""
    counts = read_all_words(settings.word_counts)
    encoder = load_encoder(settings.encoder)
    old = require_word_piece(encoder.vocabulary, "trim_vocab")
    check_word_splitting(old)
    for words in counts.values():
        check_words(words, old.lowercase)
    vocabulary = trim_vocabulary(old, counts, settings.min_uses)
    trimmed = trim_encoder(encoder, vocabulary)
    report = {
        "pieces": {"before": len(old), "after": len(vocabulary)},
        "weights": {
            "before": encoder.backbone.count_params(),
            "after": trimmed.backbone.count_params(),
        },
        "pieces_per_word": _fertility(old, vocabulary, counts),
    }
    with outputs.publish(settings) as folder:
        save_encoder(trimmed, folder)
        files.write_json(files.join(folder, "trimming.json"), report)
    for name in ("pieces", "weights"):
        print(f"{name}: {report[name]['before']:,} -> {report[name]['after']:,}")
    for language, found in report["pieces_per_word"].items():
        print(f"{language}: {found['before']:.3f} -> {found['after']:.3f} pieces a word")


def _fertility(
    old: WordPieceVocabulary, new: WordPieceVocabulary, by_language: Mapping[str, WordCounts]
) -> dict[str, Any]:
    return {
        language: {
            "before": measure_fertility(old, counts).pieces_per_word,
            "after": measure_fertility(new, counts).pieces_per_word,
        }
        for language, counts in by_language.items()
    }
