"""Whether a translation still reads like its source."""

import collections
from typing import Literal

import pydantic
import regex

from tfmling.corpora.pair import SentencePair
from tfmling.filters.filter import PairFilter

# Words without digits that do not begin with a capital: names stay the same in a translation
_WORD = regex.compile(r"(?<![\p{L}\p{M}\p{N}])(?![\p{Lu}\p{Lt}])[\p{L}\p{M}]+(?![\p{L}\p{M}\p{N}])")
_LENGTH = 3


class Untranslated(PairFilter):
    """Rejects pairs whose sides are more alike than `max_similarity`, names and numbers aside.

    Unlike `copied` it looks into words, so a source that was only respelled or corrected is found.
    Related languages are alike by nature: Spanish and Portuguese need a higher limit.
    """

    kind: Literal["untranslated"]
    max_similarity: float = pydantic.Field(0.6, ge=0, le=1)

    def score(self, pair: SentencePair) -> float:
        """Dice coefficient of the runs of three letters in words that begin with no capital.

        0 where a side has no such word: then nothing is known.
        """
        source, target = _trigrams(pair.source), _trigrams(pair.target)
        both = source.total() + target.total()
        return 2 * (source & target).total() / both if source and target else 0.0

    def accepts(self, score: float) -> bool:
        """Whether the similarity is within the limit."""
        return score <= self.max_similarity


def _trigrams(text: str) -> collections.Counter[str]:
    padded = (f" {word} " for word in _WORD.findall(text))
    return collections.Counter(
        word[start : start + _LENGTH] for word in padded for start in range(len(word) - _LENGTH + 1)
    )
