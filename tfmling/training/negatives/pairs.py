"""The pairs of one language pair in memory, with all that is known to be a translation."""

import collections
import random
from collections.abc import Iterable, Iterator

from tfmling.records import example, tfrecord

BLOCK = 8192  # pairs that are embedded and searched at a time


class Pairs:
    """Sentence pairs of records, in their order.

    Args:
        paths: shards of kind sentence_pairs.
    """

    def __init__(self, paths: Iterable[str]):
        self.records = [
            {name: str(value) for name, value in example.deserialize(record).items()}
            for path in paths
            for record in tfrecord.read(path)
        ]
        self._translations: dict[str, set[str]] = collections.defaultdict(set)
        for record in self.records:
            self._translations[record["source"]].add(record["target"])

    def blocks(self) -> Iterator[list[dict[str, str]]]:
        """Runs of pairs, in order."""
        for start in range(0, len(self.records), BLOCK):
            yield self.records[start : start + BLOCK]

    def pool(self, size: int, seed: int) -> list[str]:
        """At most `size` different targets, sorted; which ones depends on the seed alone."""
        targets = sorted({record["target"] for record in self.records})
        if len(targets) <= size:
            return targets
        return sorted(random.Random(seed).sample(targets, size))

    def are_translations(self, source: str, target: str) -> bool:
        """Whether some pair says so, or both are one text."""
        return source == target or target in self._translations[source]
