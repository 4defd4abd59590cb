"""Whether a sentence contains a piece of what is kept for testing."""

import functools
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pydantic

from tfmling.corpora import AnyMonolingual
from tfmling.filters.filter import SentenceFilter
from tfmling.filters.held_out_index import group_by_n, is_in, open_index
from tfmling.filters.sentence import Sentence
from tfmling.text.ngrams import hash_ngrams, split_units


class HeldOutNgrams(SentenceFilter):
    """Rejects sentences that share more than `max_shared` n-grams with test sets.

    It finds a test sentence within a longer one, or with another beginning. Test sentences shorter
    than n words are found by `held_out`, which compares whole sentences: use both. The n-grams are
    hashed (Brown et al. 2020, appendix C, with 13 words; shorter ones suit sentences), 8 bytes
    each, in a file of this machine's temporary folder that its workers map into memory together.

    Attributes:
        corpora: the test sets.
        n: words of an n-gram.
        n_letters: letters of an n-gram in scripts without spaces.
        max_shared: how many are allowed.
    """

    kind: Literal["held_out_ngrams"]
    corpora: list[AnyMonolingual] = pydantic.Field(min_length=1)
    n: int = pydantic.Field(8, gt=1)
    n_letters: int = pydantic.Field(20, gt=1)
    max_shared: int = pydantic.Field(0, ge=0)

    def score(self, text: str, language: str) -> float:
        """The number of its n-grams that are in a test set."""
        return self.scores([Sentence(text, language)])[0]

    def scores(self, items: Sequence[Sentence]) -> list[float]:
        """The numbers of n-grams in a test set, in order."""
        shared = np.zeros(len(items))
        by_n = group_by_n([item.text for item in items], self.n, self.n_letters)
        for n, numbers in by_n.items():
            hashes_G, text_G = hash_ngrams([split_units(items[i].text) for i in numbers], n)
            found_G = text_G[is_in(self._index, hashes_G)]
            shared[numbers] = np.bincount(found_G, minlength=len(numbers))
        return shared.tolist()

    def accepts(self, score: float) -> bool:
        """Whether there are no more than are allowed."""
        return score <= self.max_shared

    @functools.cached_property  # once in each process
    def _index(self) -> np.ndarray:
        return open_index(self.corpora, self.n, self.n_letters)
