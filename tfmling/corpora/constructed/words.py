"""Invents words: pronounceable, and none the beginning of another."""

import random
from collections.abc import Iterable, Sequence

MAX_TRIALS = 10_000


class WordMaker:
    """Makes words of syllables, each word once.

    No word begins with another word, so a stem can be told from its suffixes.
    """

    def __init__(self, syllables: Sequence[str], generator: random.Random):
        self._syllables = syllables
        self._random = generator
        self._words: set[str] = set()
        self._beginnings: set[str] = set()

    def invent(self, syllables: Sequence[int]) -> str:
        """A new word; its number of syllables is one of `syllables`.

        Raises:
            ValueError: hardly a word of that length is left.
        """
        for _ in range(MAX_TRIALS):
            count = self._random.choice(syllables)
            word = "".join(self._random.choice(self._syllables) for _ in range(count))
            if self._is_new(word):
                self._words.add(word)
                self._beginnings.update(_beginnings(word))
                return word
        raise ValueError(
            f"no new word of {list(syllables)} syllables in {MAX_TRIALS} trials, after "
            f"{len(self._words)} words; allow more syllables"
        )

    def lexicon(self, concepts: Iterable[str], syllables: Sequence[int]) -> dict[str, str]:
        """A new word for each concept."""
        return {concept: self.invent(syllables) for concept in concepts}

    def _is_new(self, word: str) -> bool:
        return word not in self._beginnings and self._words.isdisjoint(_beginnings(word))


def _beginnings(word: str) -> list[str]:
    return [word[:length] for length in range(1, len(word) + 1)]
