"""Filters that keep test sets out of training data."""

import functools
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pydantic

from tfmling.corpora import AnyMonolingual
from tfmling.filters.filter import Sentence, SentenceFilter
from tfmling.filters.held_out_index import group_by_n, is_in, open_index, read_paragraphs
from tfmling.text.fingerprints import loose_fingerprint
from tfmling.text.ngrams import hash_ngrams, split_units
from tfmling.text.sentences import split_sentences


class HeldOutFilter(SentenceFilter):
    """Reject the sentences of test sets, ignoring case, punctuation and spaces.

    Each worker reads the sets once and holds about 100 bytes per sentence in memory.

    Example:
        >>> _ = open("test.txt", "w").write("Maji ni uhai.\\n")
        >>> test_set = {"format": "plain_text", "path": "test.txt", "language": "sw"}
        >>> held_out = HeldOutFilter(kind="held_out", corpora=[test_set])
        >>> held_out.score("MAJI NI UHAI", "sw"), held_out.score("Maji ni moto.", "sw")
        (1.0, 0.0)
    """

    kind: Literal["held_out"]
    corpora: list[AnyMonolingual]
    """The test sets. Both whole paragraphs and their sentences are held out."""

    def score(self, text: str, language: str) -> float:
        """1 for a sentence of a test set, otherwise 0."""
        return float(loose_fingerprint(text) in self._fingerprints)

    def accepts(self, score: float) -> bool:
        """Whether the sentence is in no test set."""
        return score == 0

    @functools.cached_property
    def _fingerprints(self) -> frozenset[bytes]:
        return frozenset(
            loose_fingerprint(text)
            for paragraph, language in read_paragraphs(self.corpora)
            for text in (paragraph, *split_sentences(paragraph, language))
        )


class HeldOutNgramsFilter(SentenceFilter):
    """Reject sentences that share more than `max_shared` n-grams with test sets.

    Finds a test sentence inside a longer sentence, or with another beginning. Test sentences with
    fewer than n words are found by `held_out`, which compares whole sentences: use both. N-grams
    are hashed as in Brown et al. (2020), appendix C, where n is 13; shorter n-grams suit sentences.
    The hashes, 8 bytes each, are kept in a file in this machine's temporary folder, which its
    workers map into memory.

    Example:
        >>> _ = open("test.txt", "w").write("Maji ni uhai.\\n")
        >>> test_set = {"format": "plain_text", "path": "test.txt", "language": "sw"}
        >>> held_out = HeldOutNgramsFilter(kind="held_out_ngrams", corpora=[test_set], n=2)
        >>> held_out.score("Kumbuka: maji ni uhai!", "sw")  # "maji ni" and "ni uhai"
        2.0
    """

    kind: Literal["held_out_ngrams"]
    corpora: list[AnyMonolingual] = pydantic.Field(min_length=1)
    """The test sets."""
    n: int = pydantic.Field(8, gt=1)
    """Words per n-gram."""
    n_letters: int = pydantic.Field(20, gt=1)
    """Letters per n-gram in scripts without spaces."""
    max_shared: int = pydantic.Field(0, ge=0)
    """How many shared n-grams are allowed."""

    def score(self, text: str, language: str) -> float:
        """The number of n-grams that also occur in a test set."""
        return self.scores([Sentence(text, language)])[0]

    def scores(self, items: Sequence[Sentence]) -> list[float]:
        """The numbers of shared n-grams, in order."""
        shared = np.zeros(len(items))
        by_n = group_by_n([item.text for item in items], self.n, self.n_letters)
        for n, numbers in by_n.items():
            hashes_G, text_G = hash_ngrams([split_units(items[i].text) for i in numbers], n)
            found_G = text_G[is_in(self._index, hashes_G)]
            shared[numbers] = np.bincount(found_G, minlength=len(numbers))
        return shared.tolist()

    def accepts(self, score: float) -> bool:
        """Whether at most `max_shared` n-grams are shared."""
        return score <= self.max_shared

    @functools.cached_property  # once per process
    def _index(self) -> np.ndarray:
        return open_index(self.corpora, self.n, self.n_letters)
