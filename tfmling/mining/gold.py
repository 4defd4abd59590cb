"""Gold pairs among the mined sentences: to choose a threshold and to score the result.

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


class GoldPairs(config.Settings):
    """Pairs that are known to be translations of each other.

    Example:
        >>> _ = open("gold.tsv", "w").write("Water\\tMaji\\n")
        >>> languages = {"source_language": "en", "target_language": "sw"}
        >>> gold = GoldPairs(pairs=[{"format": "tsv_pairs", "path": "gold.tsv", **languages}])
        >>> gold.read("NFC", "NFC")
        [('Water', 'Maji')]
    """

    pairs: list[AnyBitext] = pydantic.Field(min_length=1)
    """Bitext whose normalized sentences are among the mined ones; others count as not found."""
    complete: bool = False
    """Whether all other pairs are wrong, as when the gold pairs were hidden among sentences without
    translations. If not, only candidates with a sentence of a gold pair are judged.
    """

    def read(self, source_form: UnicodeForm, target_form: UnicodeForm) -> list[tuple[str, str]]:
        """Read the distinct pairs, normalized like each side.

        Raises:
            CorpusError: a line cannot be read.
        """
        found: dict[tuple[str, str], None] = {}
        for corpus in self.pairs:
            for task in corpus.tasks():
                for item in corpus.read(*task):
                    if isinstance(item, Rejected):
                        raise CorpusError(
                            f"gold: {', '.join(task)}: {item.reason}: {item.excerpt!r}; "
                            "every line must be a gold pair, repair the file"
                        )
                    both = normalize(item.source, source_form), normalize(item.target, target_form)
                    found[both] = None
        return [pair for pair in found if all(pair)]


@dataclass(frozen=True)
class GoldRows:
    """Gold pairs by row number; ABSENT for sentences that are not mined.

    Attributes:
        source: int64 [G].
        target: int64 [G].
        half: 0 or 1 [G], the half that the source is in; the parity of its row.
        complete: see GoldPairs.

    Example:
        >>> gold = GoldRows(np.array([0]), np.array([5]), half=np.array([0]), complete=False)
        >>> pairs = Pairs(np.array([0, 0, 1]), np.array([5, 4, 4]), np.array([1.5, 1.2, 1.1]))
        >>> gold.is_correct(pairs).tolist(), gold.is_judged(pairs).tolist()
        ([True, False, False], [True, True, False])
    """

    source: np.ndarray
    target: np.ndarray
    half: np.ndarray
    complete: bool

    def is_correct(self, pairs: Pairs) -> np.ndarray:
        """Whether each pair is a gold pair, bool [P]."""
        known = set(zip(self.source.tolist(), self.target.tolist(), strict=True))
        both = zip(pairs.source.tolist(), pairs.target.tolist(), strict=True)
        return np.fromiter((pair in known for pair in both), bool, len(pairs))

    def is_judged(self, pairs: Pairs) -> np.ndarray:
        """Whether it is known if each pair is correct, bool [P]."""
        if self.complete:
            return np.ones(len(pairs), bool)
        return np.isin(pairs.source, self.source) | np.isin(pairs.target, self.target)

    def __len__(self) -> int:
        return len(self.source)


def locate_gold(
    pairs: Iterable[tuple[str, str]], source: VectorFolder, target: VectorFolder, complete: bool
) -> GoldRows:
    """Find the rows of gold pairs; a text that occurs in several rows gives several pairs."""
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
    return GoldRows(table[:, 0], table[:, 1], table[:, 2], complete)


def rows_of(folder: VectorFolder, texts: set[str]) -> dict[str, list[int]]:
    """The rows, numbered across all shards, that contain each of these texts.

    Example:
        >>> from tfmling.core import manifest
        >>> from tfmling.mining import arrays, sentences, vectors
        >>> arrays.write_array("sw/00000-of-00001.vectors.npy", np.zeros((3, 2), np.int16))
        >>> texts = [sentences.MinedSentence(text, "a.txt:1") for text in ("Maji", "Moto", "Maji")]
        >>> sentences.write_sentences("sw/00000-of-00001", texts)
        >>> vectors.write_description("sw", vectors.Description("sw", "5f1c", False, 2, rows=(3,)))
        >>> manifest.write_manifest("sw", command="mine_bitext")
        >>> rows_of(VectorFolder("sw"), {"Maji"})["Maji"]
        [0, 2]
    """
    rows: dict[str, list[int]] = defaultdict(list)
    for shard in range(folder.num_shards):
        first = int(folder.first_rows[shard])
        for row, sentence in enumerate(folder.sentences(shard), start=first):
            if sentence.text in texts:
                rows[sentence.text].append(row)
    return rows
