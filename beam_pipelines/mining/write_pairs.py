"""Filter pairs, and write records and `scores.tsv`."""

import heapq
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import apache_beam as beam

from beam_pipelines.mining.match import FoundSentences, PackedPairs, unpack_pairs
from beam_pipelines.mining.settings import MineBitext
from beam_pipelines.transforms.stats import Stats
from beam_pipelines.transforms.write_shards import write_shard
from tfmling.core import files
from tfmling.corpora.documents import Rejected, SentencePair, excerpt
from tfmling.filters.filter import judge_pairs
from tfmling.mining.sentences import MinedSentence
from tfmling.mining.vectors import VectorFolder
from tfmling.records import folder as records_folder
from tfmling.records.schemas import sentence_pair

SCORES = "scores.tsv"
_HEADER = "score\tsource_place\ttarget_place\tsource\ttarget\n"
_BATCH = 4096

# rank, score, both sentences
Scored = tuple[int, float, MinedSentence, MinedSentence]


class WritePairs(beam.DoFn):
    """Writes the two files of a shard of pairs; emits stats only."""

    def __init__(
        self, settings: MineBitext, folder: str, source: VectorFolder, target: VectorFolder
    ):
        self._settings = settings
        self._folder = folder
        self._source = source
        self._target = target

    def process(self, element: PackedPairs) -> Iterator[Any]:
        """Write the pairs, the best first."""
        shard, packed = element
        stats = Stats()
        languages = self._settings.source.language, self._settings.target.language
        key = records_folder.pair_key(*languages)
        kept = list(self._kept(packed, key, stats))
        path = records_folder.shard_path(
            self._folder, "sentence_pairs", key, shard, self._settings.num_shards
        )
        write_shard(path, (sentence_pair.encode(a.text, b.text, *languages) for *_, a, b in kept))
        files.write_text(scores_part(self._folder, shard), "".join(map(_line, kept)))
        stats.count(key, "kept", "pairs", len(kept))
        stats.count(key, "kept", "characters", sum(len(a.text + b.text) for *_, a, b in kept))
        yield from stats.outputs(self._settings.rejected_samples)

    def _kept(self, packed: bytes, key: str, stats: Stats) -> Iterator[Scored]:
        ranks, pairs = unpack_pairs(packed)
        found = FoundSentences(self._source, self._target)
        for start in range(0, len(pairs), _BATCH):
            part = slice(start, start + _BATCH)
            both = list(found.of(pairs[part]))
            verdicts = judge_pairs(
                self._settings.pair_filters, [self._pair(*sides) for sides in both]
            )
            scores = pairs.score[part].tolist()
            rows = zip(ranks[part].tolist(), scores, both, verdicts, strict=True)
            for rank, score, (source, target), verdict in rows:
                if verdict is None:
                    yield rank, score, source, target
                else:
                    text = f"{excerpt(source.text)}\t{excerpt(target.text)}"
                    stats.dropped(Rejected(source.place, key, verdict[0], text, verdict[1]))

    def _pair(self, source: MinedSentence, target: MinedSentence) -> SentencePair:
        path, _, line = source.place.rpartition(":")
        languages = self._settings.source.language, self._settings.target.language
        return SentencePair(path, int(line), source.text, target.text, *languages)


def scores_part(folder: str, shard: int) -> str:
    """Return the path of one shard's part of the scores.

    Example:
        >>> scores_part("out", 3)
        'out/scores-00003.part.tsv'
    """
    return files.join(folder, f"scores-{shard:05d}.part.tsv")


def join_scores(folder: str, num_shards: int) -> None:
    """Merge all parts into `scores.tsv`, the best pair first, and remove them.

    Example:
        >>> files.write_text(scores_part("out", 0), "0\\t1.9\\tmaji\\n2\\t1.1\\tmoto\\n")
        >>> files.write_text(scores_part("out", 1), "1\\t1.5\\tmama\\n")
        >>> join_scores("out", num_shards=2)
        >>> [line.split("\\t")[0] for line in files.read_lines("out/scores.tsv")]
        ['score', '1.9', '1.5', '1.1']
    """
    parts = [scores_part(folder, shard) for shard in range(num_shards)]
    with ExitStack() as opened, files.open_text(files.join(folder, SCORES), "w") as out:
        out.write(_HEADER)
        lines = [opened.enter_context(files.open_text(path)) for path in parts]
        for line in heapq.merge(*lines, key=_rank):
            out.write(line.partition("\t")[2])
    for path in parts:
        files.remove(path)


def _line(scored: Scored) -> str:
    rank, score, source, target = scored
    cells: Sequence[str] = (source.place, target.place, source.text, target.text)
    return "\t".join([str(rank), f"{score:.6f}", *cells]) + "\n"


def _rank(line: str) -> int:
    return int(line.partition("\t")[0])
