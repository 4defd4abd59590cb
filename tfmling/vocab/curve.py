"""One point of the vocabulary curve, and which size on the curve is enough."""

from collections.abc import Mapping, Sequence
from math import log2
from typing import Any

import pydantic

from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.vocab.curve_settings import Cost, VocabularyCurve
from tfmling.vocab.extension import extend_vocabulary
from tfmling.vocab.fertility import measure_fertility
from tfmling.vocab.language_sampling import drop_rare_words, join_languages
from tfmling.vocab.learners import learn_pieces
from tfmling.vocab.settings import Learner
from tfmling.vocab.word_counts import WordCounts

Point = dict[str, Any]


def vocabulary_of_size(
    size: int,
    base: SubwordVocabulary,
    by_language: Mapping[str, WordCounts],
    settings: VocabularyCurve,
) -> SubwordVocabulary:
    """The vocabulary that `extend_vocab` builds with a learner of this size.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
        >>> base = WordPieceVocabulary(SPECIAL_PIECES, lowercase=True)
        >>> empty = {"kind": "empty", "lowercase": True}
        >>> settings = VocabularyCurve(output="out", base=empty, word_counts=[folder])
        >>> vocabulary_of_size(20, base, {"sw": {"ab": 9}}, settings).pieces[5:]
        ('##b', 'a', 'ab')
    """
    as_counted = join_languages(by_language, 1.0)
    frequent = drop_rare_words(by_language, settings.min_count)
    weighted = join_languages(frequent, settings.sampling_exponent)
    learner = pydantic.TypeAdapter(Learner).validate_python(
        {
            "kind": settings.learner,
            "vocabulary_size": size,
            "character_coverage": settings.character_coverage,
        }
    )
    learned = learn_pieces(weighted, learner, as_counted)
    return extend_vocabulary(base, learned, as_counted, min_uses=settings.min_uses)


def measure_point(
    vocabulary: SubwordVocabulary, by_language: Mapping[str, WordCounts], cost: Cost
) -> Point:
    """Measure a vocabulary on every language.

    Returns:
        `vocabulary_size`, and under `languages` for each language `pieces_per_word`,
        `unknown_rate`, `bytes_per_token` (UTF-8 without spaces) and `cost_per_sentence`
        (multiply-adds).

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
        >>> vocabulary = WordPieceVocabulary((*SPECIAL_PIECES, "ma", "##ji"), lowercase=True)
        >>> point = measure_point(vocabulary, {"sw": {"maji": 3}}, Cost())
        >>> point["vocabulary_size"], point["languages"]["sw"]["bytes_per_token"]
        (7, 2.0)
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


def sentence_cost(pieces_per_word: float, vocabulary_size: int, cost: Cost) -> float:
    """Multiply-adds of the forward pass of masked language modeling over one sentence.

    With T tokens including [CLS] and [SEP], width D, inner width F, n layers and V pieces:
    n T (4 D^2 + 2 D F + 2 T D) in the layers (projections, feed-forward, attention), and D^2 + D V
    per masked token in the head. More pieces shorten words and widen the softmax: one cost falls,
    the other rises. Embedding lookups are free; the backward pass doubles both terms, which does
    not affect comparisons.

    Example:
        >>> cost = Cost(
        ...     num_layers=1, hidden_dim=1, intermediate_dim=1, words_per_sentence=1, mask_rate=0.5)
        >>> sentence_cost(1.0, 7, cost)  # T = 3: 3 * (4 + 2 + 6) in the layer, 1.5 * (1 + 7) above
        48.0
    """
    tokens = cost.words_per_sentence * pieces_per_word + 2
    width = cost.hidden_dim
    per_token = 4 * width**2 + 2 * width * cost.intermediate_dim + 2 * tokens * width
    per_prediction = width**2 + width * vocabulary_size
    return tokens * (cost.num_layers * per_token + cost.mask_rate * per_prediction)


def mean_pieces_per_word(points: Sequence[Point]) -> list[float]:
    """The unweighted mean over languages at each point.

    Example:
        >>> languages = {"sw": {"pieces_per_word": 2.0}, "ha": {"pieces_per_word": 1.0}}
        >>> mean_pieces_per_word([{"languages": languages}])
        [1.5]
    """
    means = []
    for point in points:
        values = [measured["pieces_per_word"] for measured in point["languages"].values()]
        means.append(sum(values) / len(values))
    return means


def saving_per_doubling(sizes: Sequence[int], pieces_per_word: Sequence[float]) -> list[float]:
    """The share of pieces that doubling the vocabulary saves, from each size to the next.

    If a step from s to t is not a doubling, the saving is extrapolated: when pieces change by a
    factor f, each doubling changes them by f^(1 / log2(t / s)).

    Example:
        >>> saving_per_doubling([1000, 2000, 8000], [2.0, 1.5, 1.5])
        [0.25, 0.0]
    """
    steps = zip(sizes[:-1], sizes[1:], pieces_per_word[:-1], pieces_per_word[1:], strict=True)
    return [
        1 - (after / before) ** (1 / log2(large / small)) for small, large, before, after in steps
    ]


def recommended_size(
    sizes: Sequence[int], pieces_per_word: Sequence[float], min_saving: float
) -> int:
    """The size at the knee of the curve: after it, no step saves `min_saving` per doubling.

    Args:
        sizes: ascending.
        pieces_per_word: of the vocabularies of these sizes, on held-out words.
        min_saving: the share of pieces that a doubling must save.

    Example:
        >>> recommended_size([1000, 2000, 4000], [2.0, 1.5, 1.49], min_saving=0.03)
        2000
    """
    savings = saving_per_doubling(sizes, pieces_per_word)
    worthwhile = [number for number, saving in enumerate(savings) if saving >= min_saving]
    return sizes[worthwhile[-1] + 1] if worthwhile else sizes[0]


def recommend(settings: VocabularyCurve, points: Sequence[Point]) -> int:
    """The recommended size for the mean over all languages.

    Example:
        >>> points = [{"languages": {"sw": {"pieces_per_word": n}}} for n in (2.0, 1.5, 1.49)]
        >>> empty = {"kind": "empty", "lowercase": True}
        >>> settings = VocabularyCurve(
        ...     output="out", base=empty, word_counts=[folder], sizes=[1000, 2000, 4000])
        >>> recommend(settings, points)
        2000
    """
    return recommended_size(settings.sizes, mean_pieces_per_word(points), settings.min_saving)
