"""The sentences of pairs, wherever their shards are."""

from collections.abc import Iterator

from tfmling.mining.pairs import Pairs
from tfmling.mining.sentences import MinedSentence, SentenceFiles
from tfmling.mining.vectors import VectorFolder


class FoundSentences:
    """Looks sentences up by the numbers in pairs; shards are mapped when they are asked for."""

    def __init__(self, source: VectorFolder, target: VectorFolder):
        self._sides = source, target
        self._opened: dict[tuple[int, int], SentenceFiles] = {}

    def of(self, pairs: Pairs) -> Iterator[tuple[MinedSentence, MinedSentence]]:
        """The source and the target sentence of each pair."""
        for source, target in zip(pairs.source.tolist(), pairs.target.tolist(), strict=True):
            yield self._sentence(0, source), self._sentence(1, target)

    def _sentence(self, side: int, row: int) -> MinedSentence:
        shard, row = self._sides[side].place(row)
        if (side, shard) not in self._opened:
            self._opened[side, shard] = self._sides[side].sentences(shard)
        return self._opened[side, shard][row]
