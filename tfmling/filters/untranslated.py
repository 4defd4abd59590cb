"""Whether a translation still reads like its source."""

from typing import Literal

import pydantic
import regex

from tfmling.corpora.documents import SentencePair
from tfmling.filters.filter import PairFilter

# Words without digits that do not begin with a capital
_WORD = regex.compile(r"(?<![\p{L}\p{M}\p{N}])(?![\p{Lu}\p{Lt}])[\p{L}\p{M}]+(?![\p{L}\p{M}\p{N}])")
_ADDRESS = regex.compile(r"[@#/_]|\w\.\w")  # and the names of files and users


class Untranslated(PairFilter):
    """Rejects pairs whose sides are more alike than `max_similarity`.

    Names, numbers and addresses do not count, as they stay the same in a translation.

    Unlike `copied` it looks into words, so a source that was only respelled or corrected is found.
    Related languages are alike by nature: Spanish and Portuguese need a higher limit.
    """

    kind: Literal["untranslated"]
    max_similarity: float = pydantic.Field(0.6, ge=0, le=1)

    def score(self, pair: SentencePair) -> float:
        """Dice coefficient of the sets of three letters in words that begin with no capital.

        The ends of words are letters too. 0 where a side has no such word: then nothing is known.
        """
        source, target = _trigrams(pair.source), _trigrams(pair.target)
        if not source or not target:
            return 0.0
        return 2 * len(source & target) / (len(source) + len(target))

    def accepts(self, score: float) -> bool:
        """Whether the similarity is within the limit."""
        return score <= self.max_similarity


def _trigrams(text: str) -> set[tuple[str, ...]]:
    if _ADDRESS.search(text):
        text = " ".join(word for word in text.split() if not _ADDRESS.search(word))
    padded = f" {' '.join(_WORD.findall(text))} "
    trigrams = zip(padded, padded[1:], padded[2:], strict=False)
    return {each for each in trigrams if each[1] != " "}  # which would be of two words
