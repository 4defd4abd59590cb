"""Test sets of parallel sentences in several languages, such as NTREX and FLORES."""

import abc
from typing import Annotated

import pydantic

from tfmling.corpora import AnyMonolingual
from tfmling.evaluation.read_texts import Texts, read_line_by_line
from tfmling.evaluation.test_set import TestSet


def _languages_differ(corpora: list[AnyMonolingual]) -> list[AnyMonolingual]:
    languages = [corpus.language for corpus in corpora]
    if None in languages or len(set(languages)) < len(languages):
        raise ValueError(f"expected a language for each corpus, each once, got {languages}")
    return corpora


# corpora whose scores are keyed by language
CorpusPerLanguage = Annotated[list[AnyMonolingual], pydantic.AfterValidator(_languages_differ)]


class AlignedSet(TestSet, abc.ABC):
    """A test set of the same sentences in each of several languages."""

    sentences: CorpusPerLanguage = pydantic.Field(min_length=2)
    """One corpus per language; line i of each is the same sentence."""

    @property
    def languages(self) -> list[str]:
        """The language of each side."""
        return [str(corpus.language) for corpus in self.sentences]

    def read(self) -> Texts:
        """Read one side per language.

        Raises:
            CorpusError: see `read_line_by_line`.
        """
        return read_line_by_line(self.name, self.sentences)
