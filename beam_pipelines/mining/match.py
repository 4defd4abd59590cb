"""Neighbours of both sides to the pairs that are kept: margin, strategy, one to one, threshold.

One worker does it, in memory that grows with the number of sentences (about a hundred bytes each,
not their vectors); what costs, the search before and the writing after, is dealt out.
"""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
import numpy as np

from beam_pipelines.mining.found_sentences import FoundSentences
from beam_pipelines.mining.neighbours_files import read_neighbours
from beam_pipelines.mining.settings import MineBitext
from beam_pipelines.transforms.report import Report
from tfmling.core import files
from tfmling.corpora.documents import Rejected, excerpt
from tfmling.mining.comparison import compare_margins, gold_curve
from tfmling.mining.gold import GoldRows, locate_gold
from tfmling.mining.neighbours import Neighbours
from tfmling.mining.pairs import Pairs, candidate_pairs, is_first, one_to_one
from tfmling.mining.thresholds import LearnedThreshold
from tfmling.mining.vectors import VectorFolder
from tfmling.text.fingerprints import fingerprint

_LOGGER = logging.getLogger(__name__)
MINING = "mining.json"
_BINS = 60
_CURVE_POINTS = 200
_PAIR = np.dtype([("rank", "<i8"), ("source", "<i8"), ("target", "<i8"), ("score", "<f4")])

# shard, its pairs by falling score
PackedPairs = tuple[int, bytes]


class MatchPairs(beam.DoFn):
    """Takes one element, once all neighbours stand; emits the pairs of each shard."""

    def __init__(
        self, settings: MineBitext, folder: str, source: VectorFolder, target: VectorFolder
    ):
        self._settings = settings
        self._folder = folder
        self._source = source
        self._target = target

    def process(self, element: Any) -> Iterator[Any]:
        """Writes `mining.json` beside."""
        settings, report = self._settings, Report()
        forward = read_neighbours(self._folder, "source", self._source.num_shards)
        backward = read_neighbours(self._folder, "target", self._target.num_shards)
        known = self._known()
        pairs = candidate_pairs(forward, backward, settings.margin, settings.strategy)
        languages = f"{settings.source.language}-{settings.target.language}"
        report.count(languages, "read", "pairs", len(pairs))
        if settings.one_to_one:
            unique = one_to_one(pairs)
            self._drop(pairs[~unique], "not_one_to_one", languages, report)
            pairs = pairs[unique]
        threshold = threshold_of(settings, pairs, known)
        kept = pairs.score >= threshold
        self._drop(pairs[~kept], "below_threshold", languages, report)
        described = describe(settings, pairs, threshold, known, (forward, backward))
        files.write_json(files.join(self._folder, MINING), described)
        _LOGGER.info("threshold %.4f keeps %d of %d pairs", threshold, kept.sum(), len(pairs))
        pairs = pairs[kept]
        if settings.documents is not None:  # a text may stand in many of them
            first = self._first_of_texts(pairs)
            self._drop(pairs[~first], "duplicate", languages, report)
            pairs = pairs[first]
        yield from dealt_out(pairs, settings.num_shards)
        yield from report.outputs(settings.rejected_samples)

    def _known(self) -> GoldRows | None:
        gold = self._settings.gold
        if gold is None:
            return None
        pairs = self._settings.known_pairs()
        return locate_gold(pairs, self._source, self._target, gold.complete)

    def _first_of_texts(self, pairs: Pairs) -> np.ndarray:
        """Which pairs are the best of their two texts, bool [P]."""
        found = FoundSentences(self._source, self._target).of(pairs)
        return is_first(np.array([fingerprint(f"{a.text}\t{b.text}") for a, b in found]))

    def _drop(self, pairs: Pairs, reason: str, languages: str, report: Report) -> None:
        """Counts all; shows the best of them, which are the ones to look at."""
        shown = pairs[: self._settings.rejected_samples]
        if len(pairs) > len(shown):
            report.count(languages, "dropped", reason, len(pairs) - len(shown))
        found = FoundSentences(self._source, self._target)
        for (source, target), score in zip(found.of(shown), shown.score.tolist(), strict=True):
            text = f"{excerpt(source.text)}\t{excerpt(target.text)}"
            report.dropped(Rejected(source.place, languages, reason, text, score))


def threshold_of(settings: MineBitext, pairs: Pairs, known: GoldRows | None) -> float:
    """What a pair's score must reach."""
    if isinstance(settings.threshold, LearnedThreshold) and known is not None:
        judged = pairs[known.is_judged(pairs)]
        return settings.threshold.learn(judged.score, known.is_correct(judged), len(known))
    return settings.threshold.min_score


def describe(
    settings: MineBitext,
    pairs: Pairs,
    threshold: float,
    known: GoldRows | None,
    neighbours: tuple[Neighbours, Neighbours],
) -> dict[str, Any]:
    """What the report shows: a histogram of scores and, of known pairs, how many were found."""
    counts, edges = np.histogram(pairs.score, _BINS) if len(pairs) else (np.zeros(0), np.zeros(0))
    described: dict[str, Any] = {
        "threshold": threshold if np.isfinite(threshold) else None,
        "scores": {"edges": edges.tolist(), "pairs": counts.astype(int).tolist()},
    }
    if known is not None:
        described["gold"] = describe_known(pairs, known, neighbours, settings.one_to_one)
    return described


def describe_known(
    pairs: Pairs, known: GoldRows, neighbours: tuple[Neighbours, Neighbours], unique: bool
) -> dict[str, Any]:
    """Precision and recall by threshold, and all margins and strategies beside each other."""
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
            for each in compare_margins(*neighbours, known, unique)
        ],
    }


def dealt_out(pairs: Pairs, num_shards: int) -> Iterable[PackedPairs]:
    """Pairs by shard: the best to the first, the next to the second and so on, in turn."""
    table = np.empty(len(pairs), _PAIR)
    table["rank"] = np.arange(len(pairs))
    table["source"], table["target"], table["score"] = pairs.source, pairs.target, pairs.score
    return ((shard, table[shard::num_shards].tobytes()) for shard in range(num_shards))


def unpack_pairs(packed: bytes) -> tuple[np.ndarray, Pairs]:
    """Ranks and pairs of a shard."""
    table = np.frombuffer(packed, _PAIR)
    return table["rank"], Pairs(table["source"], table["target"], table["score"])
