"""What both pipelines do with cleaned items: drop repetitions, keep as many as is wanted."""

import dataclasses

import apache_beam as beam

from beam_pipelines.settings import BuildRecords
from beam_pipelines.transforms.deduplicate import Deduplicate, Marks
from beam_pipelines.transforms.near_duplicates import MarkNearDuplicates
from beam_pipelines.transforms.sample_items import SampleItems, allotments


@dataclasses.dataclass(frozen=True)
class Selected:
    """Items by key, before and after sampling, and the steps that report."""

    unique: beam.PCollection
    sampled: beam.PCollection
    steps: list[beam.pvalue.DoOutputsTuple]


def select_items(
    items: beam.PCollection, marks: Marks, settings: BuildRecords, folder: str
) -> Selected:
    """Adds deduplication and, where the settings ask for them, near-duplicates and sampling.

    Args:
        items: (key, items), parts of a key anywhere.
        marks: what else is dropped; it goes before near-duplicates.
        settings: of the pipeline.
        folder: the output folder.
    """
    if settings.near_duplicates:
        mark = MarkNearDuplicates(settings.near_duplicates, settings.num_shards, folder)
        marks = {**marks, "near_duplicate": items | "NearDuplicates" >> mark}
    samples = settings.rejected_samples
    unique = items | "Deduplicate" >> Deduplicate(marks, folder, samples)
    if settings.sampling is None:
        return Selected(unique.items, unique.items, [unique])
    allotted = allotments(unique.items, settings.sampling)
    sampled = unique.items | "Sample" >> SampleItems(allotted, folder, samples)
    return Selected(unique.items, sampled.items, [unique, sampled])
