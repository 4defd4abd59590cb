"""Records to numbered TFRecord files, each written by one worker."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import apache_beam as beam

from beam_pipelines.transforms.item import Item, ShardKey, label
from beam_pipelines.transforms.pack_parts import remove_shuffled
from beam_pipelines.transforms.report import Report
from tfmling.core import files
from tfmling.records import folder as records_folder
from tfmling.records import tfrecord
from tfmling.text.histograms import length_bins, letters_by_script

_LOGGER = logging.getLogger(__name__)


class WriteShards(beam.DoFn):
    """Writes items by languages and shard as records of one kind.

    Args:
        folder: where the records folder is made.
        kind: "sentences" or "sentence_pairs".
        encode: takes the texts and then their languages, returns a record.
        name: under which they are counted.
        num_shards: the number of shards of each language.
    """

    def __init__(
        self,
        folder: str,
        kind: records_folder.Kind,
        encode: Callable[..., bytes],
        name: str,
        num_shards: int,
    ):
        self._folder = folder
        self._kind = kind
        self._encode = encode
        self._name = name
        self._num_shards = num_shards

    def process(self, element: tuple[ShardKey, list[Item]]) -> Iterator[Any]:
        """Emits a report only."""
        (languages, shard), items = element
        path = records_folder.shard_path(
            self._folder, self._kind, label(languages), shard, self._num_shards
        )
        write_shard(path, (self._encode(*texts, *languages) for _, _, _, texts in items))
        report = Report()
        report.count(label(languages), "kept", self._name, len(items))
        _describe([text for *_, texts in items for text in texts], label(languages), report)
        yield from report.outputs(0)


def _describe(texts: list[str], language: str, report: Report) -> None:
    report.count(language, "kept", "characters", sum(map(len, texts)))
    for length, number in length_bins(texts).items():
        report.count(language, "kept_lengths", str(length), number)
    for script, number in letters_by_script(texts).items():
        report.count(language, "kept_scripts", script, number)


def write_shard(path: str, records: Iterable[bytes]) -> int:
    """Writes a TFRecord file whole or not at all, as a worker may be stopped and tried again."""
    count = tfrecord.write(path, records)
    _LOGGER.info("wrote %s: %d records", path, count)
    return count


def complete_shards(folder: str, kind: records_folder.Kind, num_shards: int) -> None:
    """Writes empty files for shards in which nothing fell, and removes what is not needed now."""
    remove_shuffled(folder)
    for path in files.find(files.join(folder, kind), ".tmp"):
        files.remove(path)
    written = files.find(files.join(folder, kind), ".tfrecord")
    names = {path.rpartition("/")[2] for path in written}
    for key in {name[: -len("-00000-of-00000.tfrecord")] for name in names}:
        for shard in range(num_shards):
            path = records_folder.shard_path(folder, kind, key, shard, num_shards)
            if path.rpartition("/")[2] not in names:
                tfrecord.write(path, [])
