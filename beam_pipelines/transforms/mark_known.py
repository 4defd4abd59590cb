"""Marks sentences that stand in other records, such as the bitext that is trained on beside."""

from collections.abc import Iterator, Sequence

import apache_beam as beam

from beam_pipelines.transforms.item import ShardKey
from beam_pipelines.transforms.read_records import ReadRecords
from beam_pipelines.transforms.word_counts import texts_of
from tfmling.records import example
from tfmling.text.fingerprints import fingerprint, shard_of


class MarkKnown(beam.PTransform):
    """The fingerprints of all sentences of records, by language and shard."""

    def __init__(self, folders: Sequence[str], num_shards: int):
        super().__init__()
        self._folders = list(folders)
        self._num_shards = num_shards

    def expand(self, pipeline: beam.Pipeline) -> beam.PCollection:
        """Sixteen bytes a sentence travel."""
        marks = beam.ParDo(_MarkKnown(self._num_shards))
        return pipeline | ReadRecords(self._folders) | "Fingerprints" >> marks


class _MarkKnown(beam.DoFn):
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
