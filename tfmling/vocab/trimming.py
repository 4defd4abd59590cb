"""Trim an encoder to the pieces that some languages use: most of a large model is its table.

WordPiece takes the longest matching piece. If all pieces of a word's segmentation are kept, the
word is still split the same way: no longer piece can appear and none is missing. So the model
computes the same vectors for text of the counted words. All single characters are kept too, so that
no other word becomes [UNK].
"""

import dataclasses
from collections import Counter
from collections.abc import Mapping

from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.core import files, outputs
from tfmling.tokenizers.word_piece_vocabulary import (
    SPECIAL_PIECES,
    WordPieceVocabulary,
    is_character,
    require_word_piece,
)
from tfmling.vocab.extension import count_uses
from tfmling.vocab.fertility import measure_fertility
from tfmling.vocab.resize import trim_encoder
from tfmling.vocab.settings import TrimVocab
from tfmling.vocab.word_counts import WordCounts, check_word_splitting, check_words, read_all_words


def run_trimming(settings: TrimVocab) -> None:
    """Trim an encoder to what the counted words need, publish it and print what it saved.

    Example:
        >>> from tfmling.vocab.resize import enlarge_encoder
        >>> from tfmling.vocab.embedding_init import RandomInitializer
        >>> longer = encoder.vocabulary.with_pieces(["ab", "cd"])
        >>> save_encoder(enlarge_encoder(encoder, longer, RandomInitializer(), seed=1), "model")
        >>> files.write_text("sw.tsv", "ab\\t3\\n")
        >>> settings = TrimVocab(output="out", encoder="model", word_counts=["sw.tsv"])
        >>> run_trimming(settings)  # doctest: +ELLIPSIS
        pieces: 39 -> 38
        weights: ...
        sw: 1.000 -> 1.000 pieces per word
    """
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
        "pieces_per_word": {
            language: {
                "before": measure_fertility(old, words).pieces_per_word,
                "after": measure_fertility(vocabulary, words).pieces_per_word,
            }
            for language, words in counts.items()
        },
    }
    with outputs.publish(settings) as folder:
        save_encoder(trimmed, folder)
        files.write_json(files.join(folder, "trimming.json"), report)
    for name in ("pieces", "weights"):
        print(f"{name}: {report[name]['before']:,} -> {report[name]['after']:,}")
    for language, found in report["pieces_per_word"].items():
        print(f"{language}: {found['before']:.3f} -> {found['after']:.3f} pieces per word")


def trim_vocabulary(
    vocabulary: WordPieceVocabulary, by_language: Mapping[str, WordCounts], min_uses: int
) -> WordPieceVocabulary:
    """Keep special pieces, single characters, and pieces that the words use often enough.

    Args:
        vocabulary: the vocabulary to trim.
        by_language: the words of the languages to keep.
        min_uses: required occurrences in running text, over all languages. With 1 the counted words
            are split as before; with more, rare words are split into smaller pieces.

    Returns:
        A vocabulary in the same order, so [PAD] keeps id 0.

    Example:
        >>> pieces = (*SPECIAL_PIECES, "a", "##b", "ab", "abc")
        >>> vocabulary = WordPieceVocabulary(pieces, lowercase=True)
        >>> trim_vocabulary(vocabulary, {"sw": {"ab": 1}}, min_uses=1).pieces[5:]
        ('a', '##b', 'ab')
    """
    uses: Counter[str] = Counter()
    for counts in by_language.values():
        uses.update(count_uses(vocabulary, counts))
    return dataclasses.replace(
        vocabulary,
        pieces=tuple(
            piece
            for piece in vocabulary.pieces
            if piece in SPECIAL_PIECES or is_character(piece) or uses[piece] >= min_uses
        ),
    )
