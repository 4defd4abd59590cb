"""One of each text over all files: what is the same has come to the same shard."""

import itertools
from collections.abc import Iterable, Iterator

import apache_beam as beam

from beam_pipelines.transforms.item import Item, ShardKey, deduplicate, label, uri_of
from beam_pipelines.transforms.report import Report
from tfmling.corpora.rejected import Rejected, excerpt


class Deduplicate(beam.DoFn):
    """Groups of items by languages and shard to the same without repetitions, sorted."""

    def __init__(self, rejected_samples: int):
        self._rejected_samples = rejected_samples

    def process(
        self, element: tuple[ShardKey, Iterable[list[Item]]]
    ) -> Iterator[tuple[ShardKey, list[Item]]]:
        """Emits the report beside, in which what is repeated is dropped as `duplicate`."""
        (languages, shard), groups = element
        kept, repeated = deduplicate(itertools.chain.from_iterable(groups))
        report = Report()
        for item in repeated:
            shown = "\t".join(map(excerpt, item[3]))
            report.dropped(Rejected(uri_of(item), label(languages), "duplicate", shown))
        yield (languages, shard), kept
        yield from report.outputs(self._rejected_samples)
