"""Known pairs among the sentences that are mined: for a threshold, and to score what was found.

Shape letters: P pairs.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pydantic

from tfmling.core import config
from tfmling.corpora import AnyBitext
from tfmling.corpora.corpus import CorpusError
from tfmling.corpora.documents import Rejected
from tfmling.mining.pairs import Pairs
from tfmling.mining.vectors import VectorFolder
from tfmling.text.fingerprints import fingerprint, shard_of
from tfmling.text.normalize import UnicodeForm, normalize

ABSENT = -1


class Gold(config.Settings):
    """Pairs that are known to be translations.

    Attributes:
        pairs: bitext whose sentences are among those that are mined, to the letter once
            normalized; those that are not count as not found.
        complete: whether all other pairs are known to be wrong, as where the pairs were hidden
            among sentences without a translation. Otherwise only candidates that have a sentence of
            a known pair are judged.
    """

    pairs: list[AnyBitext] = pydantic.Field(min_length=1)
    complete: bool = False

    def read(self, source_form: UnicodeForm, target_form: UnicodeForm) -> list[tuple[str, str]]:
        """The pairs, normalized as each side is, each once.

        Raises:
            CorpusError: a line cannot be read.
        """
        found: dict[tuple[str, str], None] = {}
        for corpus in self.pairs:
            for task in corpus.tasks():
                for item in corpus.read(*task):
                    if isinstance(item, Rejected):
                        raise CorpusError(
                            f"gold: {', '.join(task)}: {item.reason}: {item.excerpt!r}; known "
                            "pairs must be whole, repair the file"
                        )
                    both = normalize(item.source, source_form), normalize(item.target, target_form)
                    found[both] = None
        return [pair for pair in found if all(pair)]


@dataclass(frozen=True)
class KnownPairs:
    """Gold pairs by row, ABSENT where a sentence is not there.

    Attributes:
        source: int64 [G].
        target: int64 [G].
        half: 0 or 1 [G], of the source; the half of any sentence is its row's parity.
        complete: see Gold.
    """

    source: np.ndarray
    target: np.ndarray
    half: np.ndarray
    complete: bool

    def right(self, pairs: Pairs) -> np.ndarray:
        """Which pairs are known, bool [P]."""
        known = set(zip(self.source.tolist(), self.target.tolist(), strict=True))
        both = zip(pairs.source.tolist(), pairs.target.tolist(), strict=True)
        return np.fromiter((pair in known for pair in both), bool, len(pairs))

    def judged(self, pairs: Pairs) -> np.ndarray:
        """Of which pairs it is known whether they are right, bool [P]."""
        if self.complete:
            return np.ones(len(pairs), bool)
        return np.isin(pairs.source, self.source) | np.isin(pairs.target, self.target)

    def __len__(self) -> int:
        return len(self.source)


def locate(
    pairs: Iterable[tuple[str, str]], source: VectorFolder, target: VectorFolder, complete: bool
) -> KnownPairs:
    """Finds the rows of known pairs; a text that has several rows makes several pairs."""
    pairs = list(pairs)
    sources = rows_of(source, {text for text, _ in pairs})
    targets = rows_of(target, {text for _, text in pairs})
    found = [
        (row, other, row % 2 if row != ABSENT else shard_of(fingerprint(text), 2))
        for text, translation in pairs
        for row in sources.get(text, [ABSENT])
        for other in targets.get(translation, [ABSENT])
    ]
    table = np.array(found, np.int64).reshape(-1, 3)
    return KnownPairs(table[:, 0], table[:, 1], table[:, 2], complete)


def rows_of(folder: VectorFolder, texts: set[str]) -> dict[str, list[int]]:
    """The rows, numbered through all shards, in which each of these texts stands."""
    rows: dict[str, list[int]] = defaultdict(list)
    for shard in range(folder.num_shards):
        first = int(folder.first_rows[shard])
        for row, sentence in enumerate(folder.sentences(shard), start=first):
            if sentence.text in texts:
                rows[sentence.text].append(row)
    return rows
