"""Sentences in many languages, line by line translations of one another: NTREX, FLORES."""

import abc
from collections.abc import Sequence

import pydantic

from tfmling.corpora import AnyMonolingual
from tfmling.corpora.corpus import CorpusError
from tfmling.evaluation.test_set import TestSet, Texts
from tfmling.evaluation.test_sets import read_sentences


class AlignedSet(TestSet, abc.ABC):
    """A test set of as many sentences in each of several languages."""

    sentences: list[AnyMonolingual] = pydantic.Field(
        min_length=2, description="one corpus a language, line i of each the same sentence"
    )

    @pydantic.field_validator("sentences")
    @classmethod
    def _one_a_language(cls, sentences: list[AnyMonolingual]) -> list[AnyMonolingual]:
        languages = [corpus.language for corpus in sentences]
        if None in languages or len(set(languages)) < len(languages):
            raise ValueError(f"expected a language for each corpus, each once, got {languages}")
        return sentences

    @property
    def languages(self) -> list[str]:
        """Of the sides, in their order."""
        return [str(corpus.language) for corpus in self.sentences]

    def read(self) -> Texts:
        """One side a language.

        Raises:
            CorpusError: a side cannot be read whole, or is longer or shorter than the first.
        """
        return read_line_by_line(self.name, self.sentences)


def read_line_by_line(name: str, corpora: Sequence[AnyMonolingual]) -> Texts:
    """The sentences of each corpus, line i of each the same sentence.

    Args:
        name: of what they are read for, in errors.
        corpora: one a language.

    Raises:
        CorpusError: a side cannot be read whole, or is longer or shorter than the first.
    """
    texts = tuple(map(read_sentences, corpora))
    for corpus, side in zip(corpora, texts, strict=True):
        if len(side) != len(texts[0]):
            raise CorpusError(
                f"set {name!r}: {corpora[0].language} has {len(texts[0])} sentences and "
                f"{corpus.language} {len(side)}; expected as many, line i of each the same sentence"
            )
    return texts
