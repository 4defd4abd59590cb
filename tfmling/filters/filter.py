"""What a filter is: settings with `score`, which measures, and `accepts`, which judges the measure.

As in OpusFilter (Aulamo et al. 2020). The two are apart so that a score can be shown beside each
rejected sentence, and a limit be chosen by looking at them.
"""

import abc
from collections.abc import Sequence

from tfmling import config
from tfmling.corpora.pair import SentencePair


class Filter(config.Settings, abc.ABC):
    """Judges a score; `kind` is the name in YAML."""

    kind: str

    @abc.abstractmethod
    def accepts(self, score: float) -> bool:
        """Whether what has this score is kept."""

    def reason(self, score: float) -> str:
        """The name under which what has this score is counted when it is not accepted."""
        return self.kind


class SentenceFilter(Filter):
    """A filter of single sentences."""

    @abc.abstractmethod
    def score(self, text: str, language: str) -> float:
        """Measures a normalised sentence of a language."""


class PairFilter(Filter):
    """A filter of a sentence with its translation."""

    @abc.abstractmethod
    def score(self, pair: SentencePair) -> float:
        """Measures a normalised pair."""


def judge_sentence(
    filters: Sequence[SentenceFilter], text: str, language: str
) -> tuple[str, float] | None:
    """The reason and score of the first filter that rejects a sentence; None if all accept it."""
    for each in filters:
        score = each.score(text, language)
        if not each.accepts(score):
            return each.reason(score), score
    return None


def judge_pair(filters: Sequence[PairFilter], pair: SentencePair) -> tuple[str, float] | None:
    """The reason and score of the first filter that rejects a pair; None if all accept it."""
    for each in filters:
        score = each.score(pair)
        if not each.accepts(score):
            return each.reason(score), score
    return None
