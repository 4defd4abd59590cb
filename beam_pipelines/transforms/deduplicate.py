"""One of each text over all files: what is the same has come to the same shard."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import apache_beam as beam

from beam_pipelines.transforms.blocks import pack, unpack
from beam_pipelines.transforms.item import Item, ShardKey, deduplicate, label, uri_of
from beam_pipelines.transforms.pack_parts import PackParts, Stored, load
from beam_pipelines.transforms.report import Report, with_report
from tfmling.corpora.documents import Rejected, excerpt

_ITEMS = "items"
_DIGEST = 16

# reason -> (key, fingerprints one after the other) of what is dropped for it
Marks = Mapping[str, beam.PCollection]


class Deduplicate(beam.PTransform):
    """(key, items) to (key, items without repetitions and without what is marked), with a report.

    Args:
        marks: reasons in their order; of what is marked twice, the first is counted.
        folder: the output folder.
        rejected_samples: how many of what is dropped are shown.
    """

    def __init__(self, marks: Marks, folder: str, rejected_samples: int):
        super().__init__()
        self._marks = marks
        self._folder = folder
        self._rejected_samples = rejected_samples

    def expand(self, items: beam.PCollection) -> Any:
        """Texts travel once, and of what decides about them only fingerprints."""
        packed = items | "Pack" >> PackParts(pack, self._folder)
        return (
            {_ITEMS: packed, **self._marks}
            | "Group" >> beam.CoGroupByKey()
            | "Drop" >> with_report(_Deduplicate([*self._marks], self._rejected_samples))
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
        unique, repeated = deduplicate(_items(grouped[_ITEMS]))
        report = Report()
        for item in repeated:
            report.dropped(_rejected(item, label(languages), "duplicate"))
        kept = [item for item in unique if item[0] not in reason_of]
        if len(kept) < len(unique):
            for item in unique:
                if reason := reason_of.get(item[0]):
                    report.dropped(_rejected(item, label(languages), reason))
        if kept:
            yield (languages, shard), kept
        yield from report.outputs(self._rejected_samples)


def _items(blocks: Iterable[Stored]) -> Iterator[Item]:
    for block in blocks:
        yield from unpack(load(block))


def _digests(blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        yield from (block[start : start + _DIGEST] for start in range(0, len(block), _DIGEST))


def _rejected(item: Item, language: str, reason: str) -> Rejected:
    return Rejected(uri_of(item), language, reason, "\t".join(map(excerpt, item[3])))
