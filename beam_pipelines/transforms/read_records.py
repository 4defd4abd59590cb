"""Read batches of serialized records, one shard at a time."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

import apache_beam as beam

from tfmling.core import files
from tfmling.records import folder as records_folder
from tfmling.records import tfrecord

_LOGGER = logging.getLogger(__name__)
_BATCH = 4096

_SENTENCE_KINDS: tuple[records_folder.Kind, ...] = ("sentences", "sentence_pairs")


class ReadRecords(beam.PTransform):
    """Reads batches of sentence and sentence-pair records from completed folders.

    Example:
        >>> from tfmling.core import manifest
        >>> _ = tfrecord.write("data/sentences/sw-00000-of-00001.tfrecord", [b"a record"])
        >>> manifest.write_manifest("data", command="build_monolingual")
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     _ = pipeline | ReadRecords(["data"]) | beam.Map(print)
        b'a record'
    """

    def __init__(self, folders: Sequence[str]):
        super().__init__()
        self._shards = [path for folder in folders for path in sentence_shards(folder)]

    def expand(self, pipeline: beam.Pipeline) -> beam.PCollection:
        """Distribute the shards to workers; their content is not shuffled."""
        return pipeline | "Shards" >> beam.Create(self._shards) | "Read" >> beam.ParDo(_ReadShard())


def sentence_shards(folder: str) -> list[str]:
    """Return the shards of sentences and of sentence pairs.

    Raises:
        manifest.IncompleteError: the folder is incomplete.
        records_folder.RecordsError: it has neither kind, or lacks shards.

    Example:
        >>> from tfmling.core import manifest
        >>> files.write_text("data/sentences/sw-00000-of-00001.tfrecord", "")
        >>> manifest.write_manifest("data", command="build_monolingual")
        >>> sentence_shards("data")
        ['data/sentences/sw-00000-of-00001.tfrecord']
    """
    present = [kind for kind in _SENTENCE_KINDS if files.exists(files.join(folder, kind))]
    return [
        path
        for kind in present or _SENTENCE_KINDS[:1]
        for paths in records_folder.shards(folder, kind).values()
        for path in paths
    ]


class _ReadShard(beam.DoFn):
    @beam.DoFn.yields_batches
    def process(self, path: str) -> Iterator[list[bytes]]:
        batch: list[bytes] = []
        for record in tfrecord.read(path):
            batch.append(record)
            if len(batch) == _BATCH:
                yield batch
                batch = []
        yield batch
        _LOGGER.info("read %s", path)

    def infer_output_type(self, input_type: Any) -> Any:
        return bytes  # of one element; otherwise Beam infers it from the bytecode of `process`
