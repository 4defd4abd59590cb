"""Write the shards of records, each in one worker."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import apache_beam as beam

from beam_pipelines.transforms.items import Item, ShardKey, join_languages
from beam_pipelines.transforms.pack_parts import remove_shuffled
from beam_pipelines.transforms.stats import Stats
from tfmling.core import files
from tfmling.records import folder as records_folder
from tfmling.records import tfrecord
from tfmling.text.histograms import length_bins, letters_by_script

_LOGGER = logging.getLogger(__name__)


class WriteShards(beam.DoFn):
    """Writes items by languages and shard as records of one kind.

    Args:
        folder: the output folder.
        kind: "sentences" or "sentence_pairs".
        encode: encodes texts, followed by their languages, as a record.
        name: the name in counts.
        num_shards: shards per language.

    Example:
        >>> from tfmling.records.schemas import sentence
        >>> write = WriteShards("data", "sentences", sentence.encode, "sentences", num_shards=1)
        >>> item = Item(b"1" * 16, "a.txt", 1, 1, 0, ("Habari",))
        >>> counts = [output.value for output in write.process(((("sw",), 0), [item]))]
        >>> counts[:2]
        [(('sw', 'kept', 'sentences'), 1), (('sw', 'kept', 'characters'), 6)]
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
        """Write a shard; emits stats only."""
        (languages, shard), items = element
        path = records_folder.shard_path(
            self._folder, self._kind, join_languages(languages), shard, self._num_shards
        )
        write_shard(path, (self._encode(*item.texts, *languages) for item in items))
        stats = Stats()
        stats.count(join_languages(languages), "kept", self._name, len(items))
        _describe([text for item in items for text in item.texts], join_languages(languages), stats)
        yield from stats.outputs(0)


def _describe(texts: list[str], language: str, stats: Stats) -> None:
    stats.count(language, "kept", "characters", sum(map(len, texts)))
    for length, number in length_bins(texts).items():
        stats.count(language, "kept_lengths", str(length), number)
    for script, number in letters_by_script(texts).items():
        stats.count(language, "kept_scripts", script, number)


def write_shard(path: str, records: Iterable[bytes]) -> int:
    """Write a TFRecord file completely or not at all, because workers may be retried.

    Example:
        >>> write_shard("data/sentences/sw-00000-of-00001.tfrecord", [b"one", b"two"])
        2
    """
    count = tfrecord.write(path, records)
    _LOGGER.info("wrote %s: %d records", path, count)
    return count


def complete_shards(folder: str, kind: records_folder.Kind, num_shards: int) -> None:
    """Write the files of empty shards, and remove temporary files.

    Example:
        >>> _ = write_shard("data/sentences/sw-00001-of-00002.tfrecord", [b"one"])
        >>> complete_shards("data", "sentences", num_shards=2)
        >>> files.find("data", "sw-00000-of-00002.tfrecord")
        ['data/sentences/sw-00000-of-00002.tfrecord']
    """
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
