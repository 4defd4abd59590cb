"""Sentences in many languages, line by line translations of one another: NTREX, FLORES."""

import abc
from collections.abc import Sequence
from typing import Annotated

import pydantic

from tfmling.corpora import AnyMonolingual
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.documents import Document
from tfmling.evaluation.test_set import TestSet, Texts
from tfmling.evaluation.test_sets import read_documents


def _one_a_language(corpora: list[AnyMonolingual]) -> list[AnyMonolingual]:
    languages = [corpus.language for corpus in corpora]
    if None in languages or len(set(languages)) < len(languages):
        raise ValueError(f"expected a language for each corpus, each once, got {languages}")
    return corpora


# corpora whose figures are told apart by their languages
OneALanguage = Annotated[list[AnyMonolingual], pydantic.AfterValidator(_one_a_language)]


class AlignedSet(TestSet, abc.ABC):
    """A test set of as many sentences in each of several languages."""

    sentences: OneALanguage = pydantic.Field(
        min_length=2, description="one corpus a language, line i of each the same sentence"
    )

    @property
    def languages(self) -> list[str]:
        """Of the sides, in their order."""
        return [str(corpus.language) for corpus in self.sentences]

    def read(self) -> Texts:
        """One side a language.

        Raises:
            CorpusError: as `read_line_by_line`.
        """
        return read_line_by_line(self.name, self.sentences)


def read_line_by_line(name: str, corpora: Sequence[AnyMonolingual]) -> Texts:
    """The sentences of each corpus, line i of each the same sentence.

    Args:
        name: of what they are read for, in errors.
        corpora: one a language.

    Raises:
        CorpusError: a side cannot be read whole, is longer or shorter than the first, or has
            sentences on other lines.
    """
    sides = [read_documents(corpus) for corpus in corpora]
    texts = tuple([sentence for own in side for sentence in own.paragraphs] for side in sides)
    for corpus, side in zip(corpora, texts, strict=True):
        if len(side) != len(texts[0]):
            raise CorpusError(
                f"set {name!r}: {corpora[0].language} has {len(texts[0])} sentences and "
                f"{corpus.language} {len(side)}; expected as many, line i of each the same sentence"
            )
    _check_lines(name, [_lines(*side) for side in zip(corpora, sides, strict=True)])
    return texts


def _check_lines(name: str, sides: Sequence[list[tuple[int, str]]]) -> None:
    """Blank lines are no sentences: as many, elsewhere, would shift all that is between them."""
    for sentence in zip(*filter(None, sides), strict=True):
        if len({line for line, _ in sentence}) > 1:
            raise CorpusError(
                f"set {name!r}: {min(sentence)[1]} would be compared with {max(sentence)[1]}; "
                "expected a sentence on the same line of all sides, remove blank lines before them"
            )


def _lines(corpus: AnyMonolingual, documents: Sequence[Document]) -> list[tuple[int, str]]:
    """The number of each sentence's line from the first on, and its place; empty without lines."""
    first = corpus.first_line
    if first is None:
        return []
    return [(line - first, f"{own.path}:{line}") for own in documents for line in own.lines]
