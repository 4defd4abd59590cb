"""Keep one of each text: equal texts, near-duplicates, and texts of other records are dropped."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import apache_beam as beam
import numpy as np

from beam_pipelines.transforms.items import (
    DIGEST_BYTES,
    Item,
    Languages,
    ShardKey,
    deduplicate,
    join_languages,
    pack,
    unpack,
)
from beam_pipelines.transforms.pack_parts import PackParts, Stored, load
from beam_pipelines.transforms.read_records import ReadRecords
from beam_pipelines.transforms.stats import Stats, with_stats
from tfmling.corpora.documents import Rejected, excerpt
from tfmling.records import example
from tfmling.records.schemas import texts_of
from tfmling.text.fingerprints import fingerprint, shard_of
from tfmling.text.near_duplicates import (
    NearDuplicates,
    band_records,
    find_near_duplicates,
    record_type,
)

_ITEMS = "items"

# reason -> (key, concatenated fingerprints) of the items that are dropped for it
Marks = Mapping[str, beam.PCollection]


class Deduplicate(beam.PTransform):
    """Drops repeated and marked items: (key, items) to (key, remaining items), with stats.

    Texts are shuffled once; of marks only fingerprints are.

    Args:
        marks: reasons in order; of two marks of an item, the first is counted.
        folder: the output folder.
        rejected_samples: samples of dropped items per language and reason.

    Example:
        >>> item = Item(b"1" * 16, "a.txt", 1, 1, 0, ("Habari",))
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     items = pipeline | beam.Create([((("sw",), 0), [item, item])])
        ...     unique = (items | Deduplicate({}, folder, rejected_samples=0)).items
        ...     _ = unique | beam.Values() | beam.Map(len) | "Print" >> beam.Map(print)
        1
    """

    def __init__(self, marks: Marks, folder: str, rejected_samples: int):
        super().__init__()
        self._marks = marks
        self._folder = folder
        self._rejected_samples = rejected_samples

    def expand(self, items: beam.PCollection) -> Any:
        """Group the items and marks of each shard."""
        packed = items | "Pack" >> PackParts(pack, self._folder)
        return (
            {_ITEMS: packed, **self._marks}
            | "Group" >> beam.CoGroupByKey()
            | "Drop" >> with_stats(_Deduplicate([*self._marks], self._rejected_samples))
        )


class _Deduplicate(beam.DoFn):
    def __init__(self, reasons: list[str], rejected_samples: int):
        self._reasons = reasons
        self._rejected_samples = rejected_samples

    def process(
        self, element: tuple[ShardKey, Mapping[str, Iterable]]
    ) -> Iterator[tuple[ShardKey, list[Item]]]:
        (languages, shard), grouped = element
        reason_of: dict[bytes, str] = {}
        for reason in reversed(self._reasons):
            reason_of |= dict.fromkeys(_digests(grouped[reason]), reason)
        unique, repetitions = deduplicate(
            item for block in grouped[_ITEMS] for item in unpack(load(block))
        )
        stats = Stats()
        for item in repetitions:
            stats.dropped(reject(item, languages, "duplicate"))
        kept = [item for item in unique if item.fingerprint not in reason_of]
        if len(kept) < len(unique):
            for item in unique:
                if reason := reason_of.get(item.fingerprint):
                    stats.dropped(reject(item, languages, reason))
        if kept:
            yield (languages, shard), kept
        yield from stats.outputs(self._rejected_samples)


def reject(item: Item, languages: Languages, reason: str) -> Rejected:
    """Return an item as `Rejected`, for a reason.

    Example:
        >>> item = Item(b"1" * 16, "a.tsv", 1, 3, 0, ("Maji", "Water"))
        >>> rejected = reject(item, ("sw", "en"), "duplicate")
        >>> rejected.location, rejected.language, rejected.excerpt
        ('a.tsv:3', 'sw-en', 'Maji\\tWater')
    """
    shown = "\t".join(map(excerpt, item.texts))
    return Rejected(item.location, join_languages(languages), reason, shown)


def _digests(blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        yield from (
            block[start : start + DIGEST_BYTES] for start in range(0, len(block), DIGEST_BYTES)
        )


class MarkExcluded(beam.PTransform):
    """Emits (key, fingerprints) of all sentences of other records, such as training bitext.

    Example:
        >>> from tfmling.core import manifest
        >>> from tfmling.records import tfrecord
        >>> record = example.serialize({"text": "Maji", "language": "sw"})
        >>> _ = tfrecord.write("data/sentences/sw-00000-of-00001.tfrecord", [record])
        >>> manifest.write_manifest("data", command="build_monolingual")
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     marks = pipeline | MarkExcluded(["data"], num_shards=1)
        ...     _ = marks | beam.MapTuple(lambda key, digests: print(key, len(digests)))
        (('sw',), 0) 16
    """

    def __init__(self, folders: Sequence[str], num_shards: int):
        super().__init__()
        self._folders = list(folders)
        self._num_shards = num_shards

    def expand(self, pipeline: beam.Pipeline) -> beam.PCollection:
        """Read the records and mark their sentences."""
        marks = beam.ParDo(_MarkExcluded(self._num_shards))
        return pipeline | ReadRecords(self._folders) | "Fingerprints" >> marks


class _MarkExcluded(beam.DoFn):
    def __init__(self, num_shards: int):
        self._num_shards = num_shards

    @beam.DoFn.yields_elements
    def process_batch(self, batch: list[bytes]) -> Iterator[tuple[ShardKey, bytes]]:
        shards: dict[ShardKey, set[bytes]] = {}
        for record in batch:
            for language, text in texts_of(example.deserialize(record)):
                digest = fingerprint(text)
                key = (language,), shard_of(digest, self._num_shards)
                shards.setdefault(key, set()).add(digest)
        for key, digests in shards.items():
            yield key, b"".join(digests)


class MarkNearDuplicates(beam.PTransform):
    """Finds near-duplicates: (key, items) to (key, fingerprints to drop).

    Only signatures are shuffled. Their bands are distributed over as many parts as there are
    shards; a worker holds the bands of one part, about a kilobyte per text with the defaults.

    Example:
        >>> found = [Item(n * 16, "a.txt", 1, 1, 0, ("Habari ya leo",)) for n in (b"1", b"2")]
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     items = pipeline | beam.Create([((("sw",), 0), found)])
        ...     marks = items | MarkNearDuplicates(NearDuplicates(), 1, folder)
        ...     _ = marks | beam.Values() | "Print" >> beam.Map(print)
        b'2222222222222222'
    """

    def __init__(self, settings: NearDuplicates, num_shards: int, folder: str):
        super().__init__()
        self._settings = settings
        self._num_shards = num_shards
        self._folder = folder

    def expand(self, items: beam.PCollection) -> beam.PCollection:
        """Group equal bands and compare the texts of each."""
        return (
            items
            | "Bands" >> beam.FlatMap(bands_by_part, self._settings, self._num_shards)
            | "Pack" >> PackParts(_pack_bands, self._folder)
            | "GroupBands" >> beam.GroupByKey()
            | "Compare" >> beam.FlatMap(marks_by_shard, self._settings, self._num_shards)
        )


def bands_by_part(
    element: tuple[ShardKey, list[Item]], settings: NearDuplicates, num_shards: int
) -> Iterator[tuple[tuple[Languages, int], np.ndarray]]:
    """Yield the bands of items, grouped by the part of all bands to which each belongs.

    Example:
        >>> item = Item(b"1" * 16, "a.txt", 1, 1, 0, ("Habari ya leo",))
        >>> parts = bands_by_part(((("sw",), 0), [item]), NearDuplicates(bands=12), num_shards=4)
        >>> sum(len(bands) for _, bands in parts)
        12
    """
    (languages, _), items = element
    texts = ["\t".join(item.texts) for item in items]
    records = band_records(texts, [item.fingerprint for item in items], settings)
    parts = records["band"] % np.uint64(num_shards)
    for part in np.unique(parts):
        yield (languages, int(part)), records[parts == part]


def _pack_bands(parts: Sequence[np.ndarray]) -> bytes:
    return b"".join(part.tobytes() for part in parts)


def marks_by_shard(
    element: tuple[tuple[Languages, int], Iterable[Stored]],
    settings: NearDuplicates,
    num_shards: int,
) -> Iterator[tuple[ShardKey, bytes]]:
    """Yield the fingerprints to drop of one part of the bands, grouped by the shard of the text.

    Example:
        >>> settings = NearDuplicates()
        >>> items = [Item(n * 16, "a.txt", 1, 1, 0, ("Habari ya leo",)) for n in (b"1", b"2")]
        >>> [(part, bands)] = bands_by_part(((("sw",), 0), items), settings, num_shards=1)
        >>> list(marks_by_shard((part, [bands.tobytes()]), settings, num_shards=1))
        [((('sw',), 0), b'2222222222222222')]
    """
    (languages, _), blocks = element
    records = np.frombuffer(b"".join(map(load, blocks)), record_type(settings))
    shards: dict[int, list[bytes]] = {}
    for digest in find_near_duplicates(records, settings.threshold):
        shards.setdefault(shard_of(digest, num_shards), []).append(digest)
    for shard, digests in shards.items():
        yield (languages, shard), b"".join(digests)
