"""Match sentences: margin scores, strategy, one-to-one, threshold.

One worker matches, in about a hundred bytes per sentence; the search before and the writing after
are distributed.
"""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
import numpy as np

from beam_pipelines.mining.neighbors import read_neighbors
from beam_pipelines.mining.settings import MineBitext
from beam_pipelines.transforms.stats import Stats
from tfmling.core import files
from tfmling.corpora.documents import Rejected, excerpt
from tfmling.mining.comparison import compare_margins, gold_curve
from tfmling.mining.gold import GoldRows, locate_gold
from tfmling.mining.neighbors import Neighbors
from tfmling.mining.pairs import Pairs, candidate_pairs, is_first, one_to_one
from tfmling.mining.sentences import MinedSentence, SentenceFiles
from tfmling.mining.thresholds import LearnedThreshold
from tfmling.mining.vectors import VectorFolder
from tfmling.text.fingerprints import fingerprint


class FoundSentences:
    """Looks up the sentences of pairs; shards are memory-mapped on first use."""

    def __init__(self, source: VectorFolder, target: VectorFolder):
        self._sides = source, target
        self._opened: dict[tuple[int, int], SentenceFiles] = {}

    def of(self, pairs: Pairs) -> Iterator[tuple[MinedSentence, MinedSentence]]:
        """Yield the source and the target sentence of each pair."""
        for source, target in zip(pairs.source.tolist(), pairs.target.tolist(), strict=True):
            yield self._sentence(0, source), self._sentence(1, target)

    def _sentence(self, side: int, row: int) -> MinedSentence:
        shard, row = self._sides[side].place(row)
        if (side, shard) not in self._opened:
            self._opened[side, shard] = self._sides[side].sentences(shard)
        return self._opened[side, shard][row]


_LOGGER = logging.getLogger(__name__)
MINING = "mining.json"
_BINS = 60
_CURVE_POINTS = 200
_PAIR = np.dtype([("rank", "<i8"), ("source", "<i8"), ("target", "<i8"), ("score", "<f4")])

# shard, its pairs by descending score
PackedPairs = tuple[int, bytes]


class MatchPairs(beam.DoFn):
    """Takes one element, after all neighbors are written; emits the pairs of each shard."""

    def __init__(
        self, settings: MineBitext, folder: str, source: VectorFolder, target: VectorFolder
    ):
        self._settings = settings
        self._folder = folder
        self._source = source
        self._target = target

    def process(self, element: Any) -> Iterator[Any]:
        """Match, and write `mining.json`."""
        settings, stats = self._settings, Stats()
        forward = read_neighbors(self._folder, "source", self._source.num_shards)
        backward = read_neighbors(self._folder, "target", self._target.num_shards)
        known = self._known()
        pairs = candidate_pairs(forward, backward, settings.margin, settings.strategy)
        languages = f"{settings.source.language}-{settings.target.language}"
        stats.count(languages, "read", "pairs", len(pairs))
        if settings.one_to_one:
            unique = one_to_one(pairs)
            self._drop(pairs[~unique], "not_one_to_one", languages, stats)
            pairs = pairs[unique]
        threshold = threshold_of(settings, pairs, known)
        kept = pairs.score >= threshold
        self._drop(pairs[~kept], "below_threshold", languages, stats)
        described = describe(settings, pairs, threshold, known, (forward, backward))
        files.write_json(files.join(self._folder, MINING), described)
        _LOGGER.info("threshold %.4f keeps %d of %d pairs", threshold, kept.sum(), len(pairs))
        pairs = pairs[kept]
        if settings.documents is not None:  # a text may be in several documents
            first = self._first_of_texts(pairs)
            self._drop(pairs[~first], "duplicate", languages, stats)
            pairs = pairs[first]
        yield from distribute(pairs, settings.num_shards)
        yield from stats.outputs(settings.rejected_samples)

    def _known(self) -> GoldRows | None:
        gold = self._settings.gold
        if gold is None:
            return None
        pairs = self._settings.known_pairs()
        return locate_gold(pairs, self._source, self._target, gold.complete)

    def _first_of_texts(self, pairs: Pairs) -> np.ndarray:
        """Return which pairs are the best of their two texts, bool [P]."""
        found = FoundSentences(self._source, self._target).of(pairs)
        return is_first(np.array([fingerprint(f"{a.text}\t{b.text}") for a, b in found]))

    def _drop(self, pairs: Pairs, reason: str, languages: str, stats: Stats) -> None:
        """Count all pairs, and sample the best ones."""
        shown = pairs[: self._settings.rejected_samples]
        if len(pairs) > len(shown):
            stats.count(languages, "dropped", reason, len(pairs) - len(shown))
        found = FoundSentences(self._source, self._target)
        for (source, target), score in zip(found.of(shown), shown.score.tolist(), strict=True):
            text = f"{excerpt(source.text)}\t{excerpt(target.text)}"
            stats.dropped(Rejected(source.place, languages, reason, text, score))


def threshold_of(settings: MineBitext, pairs: Pairs, known: GoldRows | None) -> float:
    """Return the minimum score of pairs.

    Example:
        >>> pairs = Pairs(np.array([0]), np.array([5]), np.array([1.5]))
        >>> side = {"language": "sw", "vectors": "."}
        >>> threshold = {"kind": "value", "min_score": 1.05}
        >>> settings = MineBitext(output="out", source=side, target=side, threshold=threshold)
        >>> threshold_of(settings, pairs, known=None)
        1.05
    """
    if isinstance(settings.threshold, LearnedThreshold) and known is not None:
        judged = pairs[known.is_judged(pairs)]
        return settings.threshold.learn(judged.score, known.is_correct(judged), len(known))
    return settings.threshold.min_score


def describe(
    settings: MineBitext,
    pairs: Pairs,
    threshold: float,
    known: GoldRows | None,
    neighbors: tuple[Neighbors, Neighbors],
) -> dict[str, Any]:
    """Return the content of `mining.json`: a histogram of scores, and the recall of known pairs.

    Example:
        >>> neighbors = Neighbors(np.array([[0.5]]), np.array([[0]]))
        >>> pairs = Pairs(np.array([0]), np.array([0]), np.array([1.5]))
        >>> side, threshold = {"language": "sw", "vectors": "."}, {"kind": "value", "min_score": 1}
        >>> settings = MineBitext(output="out", source=side, target=side, threshold=threshold)
        >>> sum(describe(settings, pairs, 1.0, None, (neighbors, neighbors))["scores"]["pairs"])
        1
    """
    counts, edges = np.histogram(pairs.score, _BINS) if len(pairs) else (np.zeros(0), np.zeros(0))
    described: dict[str, Any] = {
        "threshold": threshold if np.isfinite(threshold) else None,
        "scores": {"edges": edges.tolist(), "pairs": counts.astype(int).tolist()},
    }
    if known is not None:
        described["gold"] = describe_known(pairs, known, neighbors, settings.one_to_one)
    return described


def describe_known(
    pairs: Pairs, known: GoldRows, neighbors: tuple[Neighbors, Neighbors], unique: bool
) -> dict[str, Any]:
    """Return precision and recall by threshold, and a comparison of margins and strategies.

    Example:
        >>> neighbors = Neighbors(np.array([[0.5]], np.float32), np.array([[0]]))
        >>> pairs = Pairs(np.array([0]), np.array([0]), np.array([1.0], np.float32))
        >>> known = GoldRows(np.array([0]), np.array([0]), half=np.array([0]), complete=False)
        >>> described = describe_known(pairs, known, (neighbors, neighbors), unique=True)
        >>> described["both_sides_there"], described["curve"][-1]["recall"]
        (1, 1.0)
    """
    found = gold_curve(pairs, known)
    points = np.unique(np.linspace(0, len(found.threshold) - 1, _CURVE_POINTS).astype(int))
    points = points[: len(found.threshold)]
    return {
        "pairs": len(known),
        "both_sides_there": int(((known.source >= 0) & (known.target >= 0)).sum()),
        "complete": known.complete,
        "curve": [
            {"threshold": float(found.threshold[point]), **found.at(point).as_dict()}
            for point in points
        ],
        "compared": [
            {
                "margin": each.margin,
                "strategy": each.strategy,
                "threshold": each.threshold if np.isfinite(each.threshold) else None,
                "first": each.first.as_dict(),
                "second": each.second.as_dict(),
            }
            for each in compare_margins(*neighbors, known, unique)
        ],
    }


def distribute(pairs: Pairs, num_shards: int) -> Iterable[PackedPairs]:
    """Distribute pairs over shards in turn, the best first.

    Example:
        >>> pairs = Pairs(np.array([0, 1, 2]), np.array([5, 4, 3]), np.array([1.9, 1.5, 1.2]))
        >>> [unpack_pairs(packed)[0].tolist() for _, packed in distribute(pairs, num_shards=2)]
        [[0, 2], [1]]
    """
    table = np.empty(len(pairs), _PAIR)
    table["rank"] = np.arange(len(pairs))
    table["source"], table["target"], table["score"] = pairs.source, pairs.target, pairs.score
    return ((shard, table[shard::num_shards].tobytes()) for shard in range(num_shards))


def unpack_pairs(packed: bytes) -> tuple[np.ndarray, Pairs]:
    """Return the ranks and pairs of a shard.

    Example:
        >>> pairs = Pairs(np.array([0, 1]), np.array([5, 4]), np.array([1.5, 1.25]))
        >>> [(_, packed)] = distribute(pairs, num_shards=1)
        >>> ranks, found = unpack_pairs(packed)
        >>> ranks.tolist(), found.target.tolist(), found.score.tolist()
        ([0, 1], [5, 4], [1.5, 1.25])
    """
    table = np.frombuffer(packed, _PAIR)
    return table["rank"], Pairs(table["source"], table["target"], table["score"])
