"""Sentences of one language, as test sets that ask no other side hold them."""

import abc

from tfmling.corpora import AnyMonolingual
from tfmling.evaluation.test_set import UNDETERMINED, TestSet, Texts
from tfmling.evaluation.test_sets import read_sentences


class SentencesSet(TestSet, abc.ABC):
    """A test set of one corpus."""

    sentences: AnyMonolingual

    @property
    def keys(self) -> list[str]:
        """The language."""
        return [self.sentences.language or UNDETERMINED]

    def read(self) -> Texts:
        """The sentences."""
        return (read_sentences(self.sentences),)
