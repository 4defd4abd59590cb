"""Write segment pairs of whole documents, for next sentence prediction."""

import itertools
import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import apache_beam as beam

from beam_pipelines.settings import BuildMonolingual, SegmentPairs
from beam_pipelines.transforms.items import Item, Languages, ShardKey, join_languages, pack, unpack
from beam_pipelines.transforms.pack_parts import PackParts, Stored, load
from beam_pipelines.transforms.sampling import shares
from beam_pipelines.transforms.stats import COUNTS, REJECTED, Stats, with_stats
from beam_pipelines.transforms.write_shards import write_shard
from tfmling.records import folder as records_folder
from tfmling.records.schemas import segment_pair
from tfmling.text.fingerprints import fingerprint, is_sampled, shard_of
from tfmling.text.segment_pairs import SegmentPair, make_segment_pairs


class SegmentPairRecords(beam.PTransform):
    """Writes segment pairs of (key, unique sentences); returns the steps with stats.

    If languages are sampled, whole documents are dropped, at the same rate as sentences.

    Example:
        >>> corpus = {"format": "plain_text", "path": ".", "language": "sw"}
        >>> settings = BuildMonolingual(output="out", corpora=[corpus], num_shards=1)
        >>> texts = ("Habari?", "Nzuri.")
        >>> found = [Item(b"1" * 16, "a.txt", 1, 1, n, (text,)) for n, text in enumerate(texts)]
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     unique = pipeline | beam.Create([((("sw",), 0), found)])
        ...     steps = unique | SegmentPairRecords(settings, folder)
        >>> b"Habari?" in open("segment_pairs/sw-00000-of-00001.tfrecord", "rb").read()
        True
    """

    def __init__(self, settings: BuildMonolingual, folder: str):
        super().__init__()
        self._settings = settings
        self._folder = folder

    def expand(self, unique: beam.PCollection) -> Any:
        """Shuffle sentences once more, to the shard of their document."""
        settings = self._settings
        arguments = []
        if settings.sampling:  # the sentences wait, packed, until all sizes are known
            arguments = [beam.pvalue.AsSingleton(shares(unique, settings.sampling))]
            unique = unique | "PackUnique" >> PackParts(pack, self._folder)
        step = beam.ParDo(_ByDocument(settings.num_shards), *arguments)
        documents = unique | "ByDocument" >> step.with_outputs(COUNTS, REJECTED, main="items")
        written = (
            documents.items
            | "Pack" >> PackParts(pack, self._folder)
            | "GroupDocuments" >> beam.GroupByKey()
            | "Write" >> with_stats(_WriteSegmentPairs(self._folder, settings))
        )
        return [documents, written]


class _ByDocument(beam.DoFn):
    def __init__(self, num_shards: int):
        self._num_shards = num_shards

    def process(
        self,
        element: tuple[ShardKey, list[Item] | Stored],
        share_of: Mapping[Languages, float] | None = None,
    ) -> Iterator[tuple[ShardKey, list[Item]]]:
        (languages, _), value = element
        items = value if isinstance(value, list) else unpack(load(value))
        share = share_of[languages] if share_of else 1.0
        shards, num_dropped = by_document(items, self._num_shards, share)
        stats = Stats()
        if num_dropped:
            stats.count(join_languages(languages), "not_paired", "sentences_over_cap", num_dropped)
        for shard, own in shards.items():
            yield (languages, shard), own
        yield from stats.outputs(0)


def by_document(
    items: Iterable[Item], num_shards: int, share: float
) -> tuple[dict[int, list[Item]], int]:
    """Group items by the shard of their document, and count those of dropped documents.

    Args:
        items: sentences of one language.
        num_shards: the number of shards.
        share: of the documents to keep, 0 to 1; their fingerprints decide.

    Example:
        >>> item = Item(b"1" * 16, "a.txt", 1, 1, 0, ("Habari?",))
        >>> shards, num_dropped = by_document([item], num_shards=1, share=1.0)
        >>> list(shards), num_dropped
        ([0], 0)
        >>> by_document([item], num_shards=1, share=0.0)
        ({}, 1)
    """
    shards: dict[int, list[Item]] = {}
    num_dropped = 0
    for item in items:
        document = fingerprint(f"{item.path}:{item.document_line}")
        if is_sampled(document, share):
            shards.setdefault(shard_of(document, num_shards), []).append(item)
        else:
            num_dropped += 1
    return shards, num_dropped


class _WriteSegmentPairs(beam.DoFn):
    """Groups of sentences by document to records of segment pairs."""

    def __init__(self, folder: str, settings: BuildMonolingual):
        assert settings.segment_pairs, "expected settings with segment pairs"
        self._folder = folder
        self._settings = settings.segment_pairs
        self._num_shards = settings.num_shards

    def process(self, element: tuple[ShardKey, Iterable[Stored]]) -> Iterator[Any]:
        """Write a shard; emits stats only."""
        (languages, shard), blocks = element
        language = join_languages(languages)
        rng = random.Random(f"{self._settings.seed} {language} {shard}")
        sentences = (item for block in blocks for item in unpack(load(block)))
        pairs = shuffled_pairs(sentences, self._settings, rng)
        path = records_folder.shard_path(
            self._folder, "segment_pairs", language, shard, self._num_shards
        )
        write_shard(path, (encode(pair, language) for pair in pairs))
        stats = Stats()
        stats.count(language, "kept", "segment_pairs", len(pairs))
        stats.count(language, "kept", "segment_pairs_is_next", sum(p.is_next for p in pairs))
        yield from stats.outputs(0)


def encode(pair: SegmentPair, language: str) -> bytes:
    """Encode the record of a pair.

    Example:
        >>> from tfmling.records import example
        >>> record = encode(SegmentPair("Habari?", "Nzuri.", is_next=True), "sw")
        >>> example.deserialize(record)["is_next"]
        1
    """
    return segment_pair.encode(pair.first, pair.second, pair.is_next, language)


def shuffled_pairs(
    sentences: Iterable[Item], settings: SegmentPairs, rng: random.Random
) -> list[SegmentPair]:
    """Return the pairs of the documents of a shard, independent of the order of `sentences`.

    Example:
        >>> texts = ("Habari?", "Nzuri.")
        >>> items = [Item(b"1" * 16, "a.txt", 1, 1, n, (text,)) for n, text in enumerate(texts)]
        >>> shuffled_pairs(items, SegmentPairs(), random.Random(1))  # a single document
        [SegmentPair(first='Habari?', second='Nzuri.', is_next=True)]
    """
    in_order = sorted(sentences, key=lambda item: item[1:])  # by file and position
    groups = itertools.groupby(in_order, key=lambda item: (item.path, item.document_line))
    documents = [[item.texts[0] for item in document] for _, document in groups]
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
