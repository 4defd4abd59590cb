"""Documents, whole again, to pairs of segments for next sentence prediction."""

import itertools
import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import apache_beam as beam

from beam_pipelines.settings import BuildMonolingual, SegmentPairs
from beam_pipelines.transforms.blocks import pack, unpack
from beam_pipelines.transforms.item import Item, Languages, Place, ShardKey, label
from beam_pipelines.transforms.pack_parts import PackParts, Stored, load
from beam_pipelines.transforms.report import COUNTS, REJECTED, Report, with_report
from beam_pipelines.transforms.sample_items import shares
from beam_pipelines.transforms.write_shards import write_shard
from tfmling.records import folder as records_folder
from tfmling.records.schemas import segment_pair
from tfmling.text.fingerprints import fingerprint, is_within, shard_of
from tfmling.text.segment_pairs import SegmentPair, make_segment_pairs

# file, place in it, text
Placed = tuple[str, Place, str]


class SegmentPairRecords(beam.PTransform):
    """(key, unique sentences) to records of segment pairs; gives the steps that report.

    Where languages are sampled, documents are left out whole, in the same share as sentences.
    """

    def __init__(self, settings: BuildMonolingual, folder: str):
        super().__init__()
        self._settings = settings
        self._folder = folder

    def expand(self, unique: beam.PCollection) -> Any:
        """Sentences travel once more, to the shard of their document."""
        settings = self._settings
        arguments = []
        if settings.sampling:
            arguments = [beam.pvalue.AsSingleton(shares(unique, settings.sampling))]
        step = beam.ParDo(_ByDocument(settings.num_shards), *arguments)
        documents = unique | "ByDocument" >> step.with_outputs(COUNTS, REJECTED, main="items")
        written = (
            documents.items
            | "Pack" >> PackParts(pack, self._folder)
            | "GroupDocuments" >> beam.GroupByKey()
            | "Write" >> with_report(_WriteSegmentPairs(self._folder, settings))
        )
        return [documents, written]


class _ByDocument(beam.DoFn):
    def __init__(self, num_shards: int):
        self._num_shards = num_shards

    def process(
        self,
        element: tuple[ShardKey, list[Item]],
        share_of: Mapping[Languages, float] | None = None,
    ) -> Iterator[tuple[ShardKey, list[Item]]]:
        (languages, _), items = element
        share = share_of[languages] if share_of else 1.0
        shards, left_out = by_document(items, self._num_shards, share)
        report = Report()
        if left_out:
            report.count(label(languages), "not_paired", "sentences_over_cap", left_out)
        for shard, own in shards.items():
            yield (languages, shard), own
        yield from report.outputs(0)


def by_document(
    items: Iterable[Item], num_shards: int, share: float
) -> tuple[dict[int, list[Item]], int]:
    """Items by the shard of their document, and how many stand in documents that are left out.

    Args:
        items: sentences of one language.
        num_shards: all sentences of a document come to one of them.
        share: of the documents that are kept, 0 to 1; by fingerprint, the same everywhere.
    """
    shards: dict[int, list[Item]] = {}
    left_out = 0
    for item in items:
        document = fingerprint(f"{item[1]}:{item[2][0]}")
        if is_within(document, share):
            shards.setdefault(shard_of(document, num_shards), []).append(item)
        else:
            left_out += 1
    return shards, left_out


class _WriteSegmentPairs(beam.DoFn):
    """Groups of sentences by document to records of segment pairs."""

    def __init__(self, folder: str, settings: BuildMonolingual):
        assert settings.segment_pairs, "only where pairs are wanted"
        self._folder = folder
        self._settings = settings.segment_pairs
        self._num_shards = settings.num_shards

    def process(self, element: tuple[ShardKey, Iterable[Stored]]) -> Iterator[Any]:
        """Emits a report only."""
        (languages, shard), blocks = element
        language = label(languages)
        rng = random.Random(f"{self._settings.seed} {language} {shard}")
        pairs = shuffled_pairs(placed(blocks), self._settings, rng)
        path = records_folder.shard_path(
            self._folder, "segment_pairs", language, shard, self._num_shards
        )
        write_shard(path, (encode(pair, language) for pair in pairs))
        report = Report()
        report.count(language, "kept", "segment_pairs", len(pairs))
        report.count(language, "kept", "segment_pairs_is_next", sum(p.is_next for p in pairs))
        yield from report.outputs(0)


def placed(blocks: Iterable[Stored]) -> Iterator[Placed]:
    """The sentences of blocks without their fingerprints."""
    for block in blocks:
        yield from ((path, place, text) for _, path, place, (text,) in unpack(load(block)))


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
