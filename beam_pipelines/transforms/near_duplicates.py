"""Marks near-duplicates: bands of signatures are grouped, and in each band some texts stay."""

from collections.abc import Iterable, Iterator, Sequence

import apache_beam as beam
import numpy as np

from beam_pipelines.transforms.item import Item, Languages, ShardKey
from beam_pipelines.transforms.pack_parts import PackParts, Stored, load
from tfmling.text.fingerprints import shard_of
from tfmling.text.near_duplicates import NearDuplicates, band_records, record_type, repeated


class MarkNearDuplicates(beam.PTransform):
    """(key, items) to (key, fingerprints of what is dropped).

    Bands are spread over as many parts as texts over shards, so that a worker holds the bands of
    one part: about a kilobyte a text of it with the usual settings.
    """

    def __init__(self, settings: NearDuplicates, num_shards: int, folder: str):
        super().__init__()
        self._settings = settings
        self._num_shards = num_shards
        self._folder = folder

    def expand(self, items: beam.PCollection) -> beam.PCollection:
        """Only signatures travel."""
        return (
            items
            | "Bands" >> beam.FlatMap(bands_by_part, self._settings, self._num_shards)
            | "Pack" >> PackParts(_pack, self._folder)
            | "GroupBands" >> beam.GroupByKey()
            | "Compare" >> beam.FlatMap(marks_by_shard, self._settings, self._num_shards)
        )


def bands_by_part(
    element: tuple[ShardKey, list[Item]], settings: NearDuplicates, num_shards: int
) -> Iterator[tuple[tuple[Languages, int], np.ndarray]]:
    """The bands of items by the part of all bands in which each falls."""
    (languages, _), items = element
    texts = ["\t".join(item[3]) for item in items]
    records = band_records(texts, [item[0] for item in items], settings)
    parts = records["band"] % np.uint64(num_shards)
    for part in np.unique(parts):
        yield (languages, int(part)), records[parts == part]


def _pack(parts: Sequence[np.ndarray]) -> bytes:
    return b"".join(part.tobytes() for part in parts)


def marks_by_shard(
    element: tuple[tuple[Languages, int], Iterable[Stored]],
    settings: NearDuplicates,
    num_shards: int,
) -> Iterator[tuple[ShardKey, bytes]]:
    """The fingerprints that one part of the bands drops, by the shard of their texts."""
    (languages, _), blocks = element
    records = np.frombuffer(b"".join(map(load, blocks)), record_type(settings))
    shards: dict[int, list[bytes]] = {}
    for digest in repeated(records, settings.threshold):
        shards.setdefault(shard_of(digest, num_shards), []).append(digest)
    for shard, digests in shards.items():
        yield (languages, shard), b"".join(digests)
