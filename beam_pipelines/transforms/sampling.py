"""Sample each language to its target size, the same on any number of workers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import apache_beam as beam

from beam_pipelines.settings import Sampling
from beam_pipelines.transforms.deduplicate import reject
from beam_pipelines.transforms.items import Item, Languages, ShardKey, pack, unpack
from beam_pipelines.transforms.pack_parts import PackParts, Stored, load
from beam_pipelines.transforms.stats import COUNTS, REJECTED, Stats

# the number of items of a language and shard
Size = tuple[ShardKey, int]


class SampleItems(beam.PTransform):
    """Keeps the items of each key that have the lowest fingerprints, with stats.

    Args:
        allotted: one dictionary of the number of items to keep of each key, of `allot`.
        folder: the output folder.
        rejected_samples: samples of dropped items per language.

    Example:
        >>> found = [Item(n * 16, "a.txt", 1, 1, 0, ("Habari",)) for n in (b"1", b"2", b"3")]
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     items = pipeline | beam.Create([((("sw",), 0), found)])
        ...     sampled = (items | SampleItems(allotments(items, Sampling(cap=2)), folder, 0)).items
        ...     _ = sampled | beam.Values() | beam.Map(len) | "Print" >> beam.Map(print)
        2
    """

    def __init__(self, allotted: beam.PCollection, folder: str, rejected_samples: int):
        super().__init__()
        self._allotted = allotted
        self._folder = folder
        self._rejected_samples = rejected_samples

    def expand(self, items: beam.PCollection) -> Any:
        """Pack the items, which wait until all sizes are known."""
        step = beam.ParDo(_Sample(self._rejected_samples), beam.pvalue.AsSingleton(self._allotted))
        packed = items | "Pack" >> PackParts(pack, self._folder)
        return packed | "Take" >> step.with_outputs(COUNTS, REJECTED, main="items")


class _Sample(beam.DoFn):
    def __init__(self, rejected_samples: int):
        self._rejected_samples = rejected_samples

    def process(
        self, element: tuple[ShardKey, Stored], allotted: Mapping[ShardKey, int]
    ) -> Iterator[tuple[ShardKey, list[Item]]]:
        key, block = element
        items = unpack(load(block))  # in the order of fingerprints, which is as good as random
        stats = Stats()
        for item in items[allotted[key] :]:
            stats.dropped(reject(item, key[0], "over_cap"))
        if kept := items[: allotted[key]]:
            yield key, kept
        yield from stats.outputs(self._rejected_samples)


def allotments(items: beam.PCollection, sampling: Sampling) -> beam.PCollection:
    """Return one dictionary of the number of items to keep of each key.

    Example:
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     items = pipeline | beam.Create([((("sw",), 0), ["Maji", "Moto", "Mama"])])
        ...     _ = allotments(items, Sampling(cap=2)) | beam.Map(print)
        {(('sw',), 0): 2}
    """
    return (
        items
        | "Sizes" >> beam.MapTuple(lambda key, own: (key, len(own)))
        | "GatherSizes" >> beam.combiners.ToList()
        | "Allot" >> beam.Map(allot, sampling)
    )


def shares(items: beam.PCollection, sampling: Sampling) -> beam.PCollection:
    """Return one dictionary of the share to keep of each language or pair of languages.

    Example:
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     items = pipeline | beam.Create([((("sw",), 0), ["Maji", "Moto", "Mama", "Baba"])])
        ...     _ = shares(items, Sampling(cap=3)) | beam.Map(print)
        {('sw',): 0.75}
    """
    return (
        items
        | "SizesByLanguage" >> beam.MapTuple(lambda key, own: (key[0], len(own)))
        | "AddSizes" >> beam.CombinePerKey(sum)
        | "Shares" >> beam.MapTuple(lambda key, number: (key, sampling.target(number) / number))
        | "GatherShares" >> beam.combiners.ToDict()
    )


def allot(sizes: Sequence[Size], sampling: Sampling) -> dict[ShardKey, int]:
    """Distribute the target of each language over its shards by size, with largest remainders.

    Example:
        >>> allot([((("sw",), 0), 30), ((("sw",), 1), 10)], Sampling(keep_whole=1, cap=4))
        {(('sw',), 0): 3, (('sw',), 1): 1}
    """
    by_languages: dict[Languages, list[Size]] = {}
    for (languages, shard), size in sorted(sizes):
        by_languages.setdefault(languages, []).append(((languages, shard), size))
    allotted: dict[ShardKey, int] = {}
    for own in by_languages.values():
        total = sum(size for _, size in own)
        target = sampling.target(total)
        for key, size in own:
            allotted[key] = target * size // total
        missing = target - sum(allotted[key] for key, _ in own)
        for key, _ in sorted(own, key=lambda entry: -(target * entry[1] % total))[:missing]:
            allotted[key] += 1
    return allotted
