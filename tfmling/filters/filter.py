"""What a filter is: settings with `score`, which measures, and `accepts`, which judges the measure.

As in OpusFilter (Aulamo et al. 2020). The two are apart so that a score can be shown beside each
rejected sentence, and a limit be chosen by looking at them. Filters take batches (`scores`), so
that one with a model calls it once for many; where nothing is won by that, `score` is enough.
"""

import abc
import fnmatch
from collections.abc import Sequence
from typing import Any

import pydantic

from tfmling.core import config
from tfmling.core.languages import Language
from tfmling.corpora.documents import SentencePair
from tfmling.filters.sentence import Sentence

# the name under which it is counted, and the score
Rejection = tuple[str, float]


class Filter(config.Settings, abc.ABC):
    """Judges scores; `kind` is the name in YAML. The other keys say what it is asked about.

    A pair counts as of both its languages. Patterns are those of a shell, whose `*` also matches
    slashes: `*/ted/*`.

    Attributes:
        languages: only texts of these are judged; null for all.
        except_languages: texts of these are not judged.
        files: only texts of files whose path matches one of these patterns; null for all.
        except_files: texts of files whose path matches one of these are not judged.
    """

    kind: str
    languages: list[Language] | None = None
    except_languages: list[Language] = pydantic.Field([])
    files: list[str] | None = None
    except_files: list[str] = pydantic.Field([])

    @abc.abstractmethod
    def scores(self, items: Sequence[Any]) -> list[float]:
        """Measures a batch of what this filter judges, in order."""

    @abc.abstractmethod
    def accepts(self, score: float) -> bool:
        """Whether what has this score is kept."""

    def reason(self, score: float) -> str:
        """The name under which what has this score is counted when it is not accepted."""
        return self.kind

    def lets_pass(self, language: str) -> str | None:
        """Why all texts of a language pass unjudged, as a short name; None where they do not.

        They are counted under it: what a filter does not know must be seen.
        """
        return None

    def judges(self, languages: tuple[str, ...], path: str) -> bool:
        """Whether texts of these languages from this file are this filter's business."""
        if self.languages is not None and not _shared(self.languages, languages):
            return False
        if self.files is not None and not _matches(path, self.files):
            return False
        return not _shared(self.except_languages, languages) and not _matches(
            path, self.except_files
        )


class SentenceFilter(Filter):
    """A filter of single sentences."""

    @abc.abstractmethod
    def score(self, text: str, language: str) -> float:
        """Measures a normalized sentence of a language."""

    def scores(self, items: Sequence[Sentence]) -> list[float]:
        """Measures sentences, in order."""
        return [self.score(text, language) for text, language, _ in items]


class PairFilter(Filter):
    """A filter of a sentence with its translation."""

    @abc.abstractmethod
    def score(self, pair: SentencePair) -> float:
        """Measures a normalized pair."""

    def scores(self, items: Sequence[SentencePair]) -> list[float]:
        """Measures pairs, in order."""
        return [self.score(pair) for pair in items]


def judge_sentences(
    filters: Sequence[SentenceFilter], sentences: Sequence[Sentence]
) -> list[Rejection | None]:
    """The first rejection of each sentence, in order; None where all filters accept it."""
    return _judge(filters, sentences, [((each.language,), each.path) for each in sentences])


def judge_pairs(
    filters: Sequence[PairFilter], pairs: Sequence[SentencePair]
) -> list[Rejection | None]:
    """The first rejection of each pair, in order; None where all filters accept it."""
    origins = [((each.source_language, each.target_language), each.path) for each in pairs]
    return _judge(filters, pairs, origins)


def not_judged(filters: Sequence[Filter], languages: tuple[str, ...], path: str) -> set[str]:
    """Why texts of these languages from this file pass some of the filters unjudged."""
    asked = (each for each in filters if each.judges(languages, path))
    found = {each.lets_pass(language) for each in asked for language in languages}
    return {why for why in found if why is not None}


def _judge(
    filters: Sequence[Filter],
    items: Sequence[Any],
    origins: Sequence[tuple[tuple[str, ...], str]],
) -> list[Rejection | None]:
    """Runs each filter over what the filters before it have left."""
    verdicts: list[Rejection | None] = [None] * len(items)
    by_origin = {origin: [each.judges(*origin) for each in filters] for origin in set(origins)}
    asked = [by_origin[origin] for origin in origins]
    for index, each in enumerate(filters):
        numbers = [n for n in range(len(items)) if verdicts[n] is None and asked[n][index]]
        for number, score in zip(numbers, each.scores([items[n] for n in numbers]), strict=True):
            if not each.accepts(score):
                verdicts[number] = (each.reason(score), score)
    return verdicts


def _shared(some: Sequence[str], others: Sequence[str]) -> bool:
    return any(language in some for language in others)


def _matches(path: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)
