"""The interface of filters, and how a list of them judges sentences and pairs.

As in OpusFilter (Aulamo et al. 2020), a filter is settings with `score`, which measures, and
`accepts`, which judges the measure. They are separate so that a report can show scores beside
rejected sentences, which helps to choose a limit. Filters take batches (`scores`): a filter with a
model calls it once per batch, others implement `score` only.
"""

import abc
import fnmatch
from collections.abc import Sequence
from typing import Any, NamedTuple

import pydantic

from tfmling.core import config
from tfmling.core.languages import Language
from tfmling.corpora.documents import SentencePair


class Sentence(NamedTuple):
    """A normalized sentence.

    Attributes:
        text: the sentence.
        language: BCP-47 code.
        path: the file it was read from, so that filters can be restricted to one corpus.

    Example:
        >>> Sentence("Asante sana.", "sw")
        Sentence(text='Asante sana.', language='sw', path='')
    """

    text: str
    language: str
    path: str = ""


class Rejection(NamedTuple):
    """Why a filter rejected a sentence or pair.

    Attributes:
        reason: the name under which the rejection is counted.
        score: what the filter measured.

    Example:
        >>> rejection = Rejection("too_few_words", score=1)
        >>> f"{rejection.reason}: {rejection.score}"
        'too_few_words: 1'
    """

    reason: str
    score: float


class Filter(config.Settings, abc.ABC):
    """Base class of filters; `kind` is the name in YAML.

    A pair counts as text of both its languages. In file patterns, as in a shell, `*` matches any
    characters, here including slashes: `*/ted/*`.

    Example:
        >>> from tfmling.filters import LetterShareFilter
        >>> letters = LetterShareFilter(kind="letters", languages=["sw"], except_files=["*/ted/*"])
        >>> letters.judges(("sw",), "corpora/web/a.txt")
        True
        >>> letters.judges(("sw",), "corpora/ted/a.txt")
        False
    """

    kind: str
    languages: list[Language] | None = None
    """Languages whose texts are judged; null: all."""
    except_languages: list[Language] = pydantic.Field([])
    """Do not judge texts in these languages."""
    files: list[str] | None = None
    """Patterns of the files whose texts are judged; null: all."""
    except_files: list[str] = pydantic.Field([])
    """Do not judge texts of files that match one of these patterns."""

    @abc.abstractmethod
    def scores(self, items: Sequence[Any]) -> list[float]:
        """Measure a batch of sentences or pairs, in order."""

    @abc.abstractmethod
    def accepts(self, score: float) -> bool:
        """Whether a sentence or pair with this score is kept."""

    def reason(self, score: float) -> str:
        """The name under which a rejection with this score is counted."""
        return self.kind

    def passes_unjudged(self, language: str) -> str | None:
        """Why all texts of a language pass without being judged, or None if they are judged.

        They are counted under this short name, so that gaps in a filter's knowledge are visible.
        """
        return None

    def judges(self, languages: tuple[str, ...], path: str) -> bool:
        """Whether this filter applies to texts in these languages from this file."""
        if self.languages is not None and not _any_in(languages, self.languages):
            return False
        if self.files is not None and not _matches(path, self.files):
            return False
        return not _any_in(languages, self.except_languages) and not _matches(
            path, self.except_files
        )


class SentenceFilter(Filter):
    """Base class of filters of single sentences.

    Example:
        >>> class BriefFilter(SentenceFilter):
        ...     kind: str = "long"
        ...     def score(self, text, language): return len(text)
        ...     def accepts(self, score): return score <= 10
        >>> judge_sentences([BriefFilter()], [Sentence("Habari ya asubuhi", "sw")])
        [Rejection(reason='long', score=17)]
    """

    @abc.abstractmethod
    def score(self, text: str, language: str) -> float:
        """Measure a normalized sentence."""

    def scores(self, items: Sequence[Sentence]) -> list[float]:
        """Measure sentences, in order."""
        return [self.score(text, language) for text, language, _ in items]


class PairFilter(Filter):
    """Base class of filters of sentence pairs.

    Example:
        >>> class CaseFilter(PairFilter):
        ...     kind: str = "case"
        ...     def score(self, pair): return pair.source.isupper() == pair.target.isupper()
        ...     def accepts(self, score): return score
        >>> judge_pairs([CaseFilter()], [SentencePair("a.tsv", 1, "SALE", "Bei nafuu", "en", "sw")])
        [Rejection(reason='case', score=False)]
    """

    @abc.abstractmethod
    def score(self, pair: SentencePair) -> float:
        """Measure a normalized pair."""

    def scores(self, items: Sequence[SentencePair]) -> list[float]:
        """Measure pairs, in order."""
        return [self.score(pair) for pair in items]


def judge_sentences(
    filters: Sequence[SentenceFilter], sentences: Sequence[Sentence]
) -> list[Rejection | None]:
    """Apply filters to sentences.

    Returns:
        For each sentence its first rejection, or None if all filters accept it.

    Example:
        >>> from tfmling.filters import WordCountFilter
        >>> shortest = WordCountFilter(kind="words", min=2)
        >>> judge_sentences([shortest], [Sentence("Ndiyo.", "sw"), Sentence("Asante sana.", "sw")])
        [Rejection(reason='too_few_words', score=1), None]
    """
    return _judge(filters, sentences, [((each.language,), each.path) for each in sentences])


def judge_pairs(
    filters: Sequence[PairFilter], pairs: Sequence[SentencePair]
) -> list[Rejection | None]:
    """Apply filters to pairs; the same as `judge_sentences` otherwise.

    Example:
        >>> from tfmling.filters import CopiedFilter
        >>> pairs = [SentencePair("a.tsv", 1, "Water", "Maji", "en", "sw"),
        ...          SentencePair("a.tsv", 2, "Home page", "Home page", "en", "sw")]
        >>> judge_pairs([CopiedFilter(kind="copied")], pairs)
        [None, Rejection(reason='copied', score=1.0)]
    """
    origins = [((each.source_language, each.target_language), each.path) for each in pairs]
    return _judge(filters, pairs, origins)


def not_judged(filters: Sequence[Filter], languages: tuple[str, ...], path: str) -> set[str]:
    """Why texts in these languages from this file pass some of the filters without being judged.

    Example:
        >>> from tfmling.filters import LanguageFilter
        >>> language = LanguageFilter(kind="language", identifier={"kind": "cld2"})
        >>> not_judged([language], ("sw", "kea"), "a.tsv")  # CLD2 does not know Kabuverdianu
        {'unknown_to_cld2'}
    """
    applicable = (each for each in filters if each.judges(languages, path))
    reasons = {each.passes_unjudged(language) for each in applicable for language in languages}
    return {reason for reason in reasons if reason is not None}


def _judge(
    filters: Sequence[Filter],
    items: Sequence[Any],
    origins: Sequence[tuple[tuple[str, ...], str]],
) -> list[Rejection | None]:
    """Apply each filter to what the filters before it accepted."""
    verdicts: list[Rejection | None] = [None] * len(items)
    by_origin = {origin: [each.judges(*origin) for each in filters] for origin in set(origins)}
    applies = [by_origin[origin] for origin in origins]
    for index, each in enumerate(filters):
        numbers = [n for n in range(len(items)) if verdicts[n] is None and applies[n][index]]
        if not numbers:
            continue  # a filter may load a model
        for number, score in zip(numbers, each.scores([items[n] for n in numbers]), strict=True):
            if not each.accepts(score):
                verdicts[number] = Rejection(each.reason(score), score)
    return verdicts


def _any_in(own: Sequence[str], allowed: Sequence[str]) -> bool:
    return any(language in allowed for language in own)


def _matches(path: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)
