"""Of each language as many items as settings allow, the same whatever the number of workers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import apache_beam as beam

from beam_pipelines.settings import Sampling
from beam_pipelines.transforms.blocks import pack, unpack
from beam_pipelines.transforms.item import Item, Languages, ShardKey, label, uri_of
from beam_pipelines.transforms.pack_parts import PackParts, Stored, load
from beam_pipelines.transforms.report import COUNTS, REJECTED, Report
from tfmling.corpora.documents import Rejected, excerpt

# items of one language and shard
Size = tuple[ShardKey, int]


class SampleItems(beam.PTransform):
    """(key, all items of the key) to (key, those of the lowest fingerprints), with a report.

    Args:
        allotted: for each key, how many stay: one dictionary, of `allot`.
        folder: the output folder.
        rejected_samples: how many of what is dropped are shown.
    """

    def __init__(self, allotted: beam.PCollection, folder: str, rejected_samples: int):
        super().__init__()
        self._allotted = allotted
        self._folder = folder
        self._rejected_samples = rejected_samples

    def expand(self, items: beam.PCollection) -> Any:
        """All sizes must be known first, so that items wait, packed."""
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
        report = Report()
        for item in items[allotted[key] :]:
            shown = "\t".join(map(excerpt, item[3]))
            report.dropped(Rejected(uri_of(item), label(key[0]), "over_cap", shown))
        if kept := items[: allotted[key]]:
            yield key, kept
        yield from report.outputs(self._rejected_samples)


def allotments(items: beam.PCollection, sampling: Sampling) -> beam.PCollection:
    """One dictionary of how many items of each key stay."""
    return (
        items
        | "Sizes" >> beam.MapTuple(lambda key, own: (key, len(own)))
        | "GatherSizes" >> beam.combiners.ToList()
        | "Allot" >> beam.Map(allot, sampling)
    )


def shares(items: beam.PCollection, sampling: Sampling) -> beam.PCollection:
    """One dictionary of the share of each language, or pair of languages, that stays."""
    return (
        items
        | "SizesByLanguage" >> beam.MapTuple(lambda key, own: (key[0], len(own)))
        | "AddSizes" >> beam.CombinePerKey(sum)
        | "Shares" >> beam.MapTuple(lambda key, number: (key, sampling.target(number) / number))
        | "GatherShares" >> beam.combiners.ToDict()
    )


def allot(sizes: Sequence[Size], sampling: Sampling) -> dict[ShardKey, int]:
    """Parts the target of each language among its shards by their sizes, by largest remainders."""
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
