"""Documents, whole again, to pairs of segments for next sentence prediction."""

import itertools
import random
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from beam_pipelines.settings import SegmentPairs
from beam_pipelines.transforms.item import Item, Place, ShardKey, label
from beam_pipelines.transforms.report import Report
from beam_pipelines.transforms.write_shards import write_shard
from tfmling.records import folder as records_folder
from tfmling.records import segment_pair
from tfmling.text.fingerprints import fingerprint, shard_of
from tfmling.text.segment_pairs import SegmentPair, make_segment_pairs

# file, place in it, text
Placed = tuple[str, Place, str]


def by_document(
    element: tuple[ShardKey, list[Item]], num_shards: int
) -> Iterator[tuple[ShardKey, list[Placed]]]:
    """Gathers sentences by language and the shard that their documents belong in."""
    (languages, _), items = element
    shards: dict[int, list[Placed]] = {}
    for _, path, place, (text,) in items:
        shard = shard_of(fingerprint(f"{path}:{place[0]}"), num_shards)
        shards.setdefault(shard, []).append((path, place, text))
    for shard, placed in shards.items():
        yield (languages, shard), placed


class WriteSegmentPairs(beam.DoFn):
    """Groups of sentences by document to records of segment pairs."""

    def __init__(self, folder: str, settings: SegmentPairs, num_shards: int):
        self._folder = folder
        self._settings = settings
        self._num_shards = num_shards

    def process(self, element: tuple[ShardKey, Iterable[list[Placed]]]) -> Iterator[Any]:
        """Emits a report only."""
        (languages, shard), groups = element
        language = label(languages)
        rng = random.Random(f"{self._settings.seed} {language} {shard}")
        pairs = shuffled_pairs(itertools.chain.from_iterable(groups), self._settings, rng)
        path = records_folder.shard_path(
            self._folder, "segment_pairs", language, shard, self._num_shards
        )
        write_shard(path, (encode(pair, language) for pair in pairs))
        report = Report()
        report.count(language, "kept", "segment_pairs", len(pairs))
        report.count(language, "kept", "segment_pairs_is_next", sum(p.is_next for p in pairs))
        yield from report.outputs(0)


def encode(pair: SegmentPair, language: str) -> bytes:
    """The record of a pair."""
    return segment_pair.encode(pair.first, pair.second, pair.is_next, language)


def shuffled_pairs(
    sentences: Iterable[Placed], settings: SegmentPairs, rng: random.Random
) -> list[SegmentPair]:
    """The pairs of the documents of a shard, the same for any order of `sentences`."""
    groups = itertools.groupby(sorted(sentences), key=_document)
    documents = [[text for _, _, text in document] for _, document in groups]
    pairs = list(
        make_segment_pairs(
            documents,
            max_characters=settings.max_characters,
            random_next_rate=settings.random_next_rate,
            rng=rng,
        )
    )
    rng.shuffle(pairs)
    return pairs


def _document(placed: Placed) -> tuple[str, int]:
    path, (first_line, _, _), _ = placed
    return path, first_line
