"""Filter texts and pairs in memory, and mine pairs from two lists."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from tfmling.api.data import (
    LANGUAGE,
    LANGUAGES,
    DataError,
    Pairs,
    Texts,
    check_languages,
    read_pairs,
    read_texts,
)
from tfmling.api.sentence_encoder import SentenceEncoder, check_encoder
from tfmling.core import config
from tfmling.corpora.documents import SentencePair
from tfmling.filters import AnyPairFilter, AnySentenceFilter
from tfmling.filters.filter import Sentence, judge_pairs, judge_sentences
from tfmling.mining.margins import Margin
from tfmling.mining.neighbors import neighbors_both_ways
from tfmling.mining.pairs import Strategy, candidate_pairs, one_to_one

Item = TypeVar("Item")
FilterSettings = Sequence[Mapping[str, Any]]
SENTENCE_FILTERS: FilterSettings = ({"kind": "characters"}, {"kind": "letters"})
PAIR_FILTERS: FilterSettings = ({"kind": "length_ratio"}, {"kind": "copied"})


class Filtered(NamedTuple, Generic[Item]):
    """What filters kept and rejected, each in the order of the input.

    Attributes:
        kept: accepted by all filters.
        rejected: with the reason of the first filter that rejected it.

    Example:
        >>> Filtered(kept=["Habari"], rejected=[("...", "too_few_letters")]).kept
        ['Habari']
    """

    kept: list[Item]
    rejected: list[tuple[Item, str]]


class _SentenceFilters(config.Settings):
    filters: list[AnySentenceFilter]
    """Applied in order."""


class _PairFilters(config.Settings):
    filters: list[AnyPairFilter]
    """Applied in order."""


def filter_texts(
    texts: Texts, filters: FilterSettings = SENTENCE_FILTERS, *, language: str = LANGUAGE
) -> Filtered[str]:
    """Apply the filters of `build_monolingual` to sentences.

    Args:
        texts: sentences, or a folder of `build_monolingual`.
        filters: as in YAML, such as `{"kind": "words", "min": 3}`; docs/cleaning.md lists them.
        language: BCP-47 code, for filters that depend on it.

    Raises:
        ConfigError: an unknown filter or key.
        DataError: texts that cannot be used.

    Example:
        >>> filter_texts(["Asante sana.", "Ndiyo."], [{"kind": "words", "min": 2}])
        Filtered(kept=['Asante sana.'], rejected=[('Ndiyo.', 'too_few_words')])
    """
    own = config.build(_SentenceFilters, {"filters": list(filters)}, "tfmling.filter_texts")
    read = read_texts(texts)
    return _split(read, judge_sentences(own.filters, [Sentence(text, language) for text in read]))


def filter_pairs(
    pairs: Pairs,
    filters: FilterSettings = PAIR_FILTERS,
    *,
    languages: tuple[str, str] = LANGUAGES,
) -> Filtered[tuple[str, str]]:
    """Apply the filters of `build_bitext` to sentence pairs.

    Args:
        pairs: (source, target) pairs, or a folder of `build_bitext`.
        filters: as in YAML, such as `{"kind": "length_ratio", "max": 2}`; docs/cleaning.md lists
            them.
        languages: BCP-47 codes of source and target, for filters that depend on them.

    Raises:
        ConfigError: an unknown filter or key.
        DataError: pairs that cannot be used.

    Example:
        >>> filter_pairs([("Maji", "Water"), ("Home page", "Home page")])
        Filtered(kept=[('Maji', 'Water')], rejected=[(('Home page', 'Home page'), 'copied')])
    """
    own = config.build(_PairFilters, {"filters": list(filters)}, "tfmling.filter_pairs")
    check_languages(languages)
    read = read_pairs(pairs)
    judged = [SentencePair("pairs", n, *pair, *languages) for n, pair in enumerate(read)]
    return _split(read, judge_pairs(own.filters, judged))


def _split(items: Sequence[Item], rejections: Sequence[Any]) -> Filtered[Item]:
    judged = list(zip(items, rejections, strict=True))
    return Filtered(
        [item for item, rejection in judged if rejection is None],
        [(item, rejection.reason) for item, rejection in judged if rejection is not None],
    )


class MinedPair(NamedTuple):
    """A sentence and its probable translation.

    Example:
        >>> MinedPair(1.2, "Maji", "Water").source
        'Maji'
    """

    score: float
    source: str
    target: str


def mine(
    encoder: SentenceEncoder,
    source: Texts,
    target: Texts,
    *,
    min_score: float = 1.06,
    margin: Margin = "ratio",
    neighbors: int = 4,
    strategy: Strategy = "max",
    prompt: str | None = None,
) -> list[MinedPair]:
    """Find translations in two lists of sentences by margin (Artetxe and Schwenk 2019, section 3).

    All vectors are kept in memory; `tfmling mine_bitext` mines large corpora.

    Args:
        encoder: of both languages.
        source: sentences of one language, or a folder of `build_monolingual`.
        target: sentences of the other.
        min_score: pairs with a smaller margin score are dropped.
        margin: how a pair is scored.
        neighbors: k of the margin.
        strategy: which candidates become pairs.
        prompt: text to put before each sentence.

    Returns:
        Pairs with the best first; a sentence is in one pair at most.

    Raises:
        DataError: sentences that cannot be used, or no neighbors.
        ValueError: an unknown margin or strategy.

    Example:
        >>> pairs = mine(SentenceEncoder(encoder), ["a b", "g h"], ["g h", "a b"], min_score=0)
        >>> [(pair.source, pair.target) for pair in sorted(pairs, key=lambda pair: pair.source)]
        [('a b', 'a b'), ('g h', 'g h')]
    """
    check_encoder(encoder)
    if neighbors < 1:
        raise DataError(f"neighbors: expected at least 1, got {neighbors}")
    sides = (read_texts(source, "source"), read_texts(target, "target"))
    texts = [list(dict.fromkeys(side)) for side in sides]
    vectors = [encoder.encode(side, prompt=prompt, show_progress=False) for side in texts]
    forward, backward = neighbors_both_ways(vectors[0], vectors[1], neighbors)
    found = candidate_pairs(forward, backward, margin, strategy)
    kept = found[one_to_one(found)]
    rows = zip(kept.score.tolist(), kept.source.tolist(), kept.target.tolist(), strict=True)
    return [MinedPair(s, texts[0][a], texts[1][b]) for s, a, b in rows if s >= min_score]
