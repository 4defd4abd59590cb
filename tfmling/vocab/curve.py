"""One point of the vocabulary curve: a vocabulary of one size, measured on every language."""

from collections.abc import Mapping
from typing import Any

import pydantic

from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.vocab.cost import sentence_cost
from tfmling.vocab.curve_settings import Cost, VocabularyCurve
from tfmling.vocab.extension import extend_vocabulary
from tfmling.vocab.fertility import measure_fertility
from tfmling.vocab.learners import learn_scored_pieces
from tfmling.vocab.settings import Learner
from tfmling.vocab.word_counts import WordCounts, frequent_words, join_languages

Point = dict[str, Any]


def vocabulary_of_size(
    size: int,
    base: SubwordVocabulary,
    by_language: Mapping[str, WordCounts],
    settings: VocabularyCurve,
) -> SubwordVocabulary:
    """What `extend_vocab` would make with a learner of this size."""
    as_counted = join_languages(by_language, 1.0)
    frequent = frequent_words(by_language, settings.min_count)
    weighed = join_languages(frequent, settings.sampling_exponent)
    learner = pydantic.TypeAdapter(Learner).validate_python(
        {
            "kind": settings.learner,
            "vocabulary_size": size,
            "character_coverage": settings.character_coverage,
        }
    )
    learned = learn_scored_pieces(weighed, learner, as_counted)
    return extend_vocabulary(base, learned, as_counted, min_uses=settings.min_uses)


def measure_point(
    vocabulary: SubwordVocabulary, by_language: Mapping[str, WordCounts], cost: Cost
) -> Point:
    """Figures of a vocabulary by language.

    Returns:
        `vocabulary_size`, and under `languages` by language `pieces_per_word`, `unknown_rate`,
        `bytes_per_token` (of UTF-8, spaces not counted) and `cost_per_sentence` (multiply-adds).
    """
    measured = {name: _measure(vocabulary, words, cost) for name, words in by_language.items()}
    return {"vocabulary_size": len(vocabulary), "languages": measured}


def _measure(vocabulary: SubwordVocabulary, words: WordCounts, cost: Cost) -> dict[str, float]:
    fertility = measure_fertility(vocabulary, words)
    size = sum(len(word.encode()) * count for word, count in words.items())
    return {
        "pieces_per_word": fertility.pieces_per_word,
        "unknown_rate": fertility.unknown_rate,
        "bytes_per_token": size / (sum(words.values()) * fertility.pieces_per_word),
        "cost_per_sentence": sentence_cost(fertility.pieces_per_word, len(vocabulary), cost),
    }


def mean_pieces_per_word(points: list[Point]) -> list[float]:
    """The mean over languages, each counting the same, by point."""
    means = []
    for point in points:
        values = [figures["pieces_per_word"] for figures in point["languages"].values()]
        means.append(sum(values) / len(values))
    return means
