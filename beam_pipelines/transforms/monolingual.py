"""The pipeline of build_monolingual.

read > normalize, split, filter > one of each by (language, shard) > as many as wanted > sentences/
                                                              > whole documents > segment_pairs/
"""

from collections.abc import Sequence

import apache_beam as beam

from beam_pipelines import runner
from beam_pipelines.reports.data_card import write_data_card
from beam_pipelines.reports.empty_result import refuse_empty_result
from beam_pipelines.reports.page import write_report
from beam_pipelines.settings import BuildMonolingual
from beam_pipelines.transforms.clean_documents import CleanDocuments
from beam_pipelines.transforms.mark_known import MarkKnown
from beam_pipelines.transforms.read_corpora import ReadCorpora
from beam_pipelines.transforms.report import with_report, write_counts, write_rejected
from beam_pipelines.transforms.select_items import select_items
from beam_pipelines.transforms.sources import WriteSources
from beam_pipelines.transforms.write_segment_pairs import SegmentPairRecords
from beam_pipelines.transforms.write_shards import WriteShards, complete_shards
from tfmling.records.schemas import sentence

_TITLE = "Sentences for training"


def build_monolingual(settings: BuildMonolingual, flags: Sequence[str]) -> None:
    """Turn documents into records of sentences and segment pairs, and print the counts.

    Args:
        settings: of the pipeline.
        flags: for the runner.
    """
    runner.run(settings, flags, build, finish)


def build(pipeline: beam.Pipeline, settings: BuildMonolingual, folder: str) -> None:
    """Adds all steps to `pipeline`; they write into `folder`."""
    num_shards = settings.num_shards
    cleaned = (
        pipeline | ReadCorpora(settings.corpora) | "Clean" >> with_report(CleanDocuments(settings))
    )
    marks = {}
    if settings.exclude_records:
        marks["in_excluded_records"] = pipeline | "Known" >> MarkKnown(
            settings.exclude_records, num_shards
        )
    selected = select_items(cleaned.items, marks, settings, folder)
    write = WriteShards(folder, "sentences", sentence.encode, "sentences", num_shards)
    written = selected.sampled | "WriteSentences" >> with_report(write)
    steps = [cleaned, *selected.steps, written]
    if settings.segment_pairs:
        steps += selected.unique | "SegmentPairs" >> SegmentPairRecords(settings, folder)
    write_counts(steps, folder)
    write_rejected(steps, folder, settings.rejected_samples)
    pipeline | "Sources" >> WriteSources(settings.corpora, folder, settings.checksums)


def finish(settings: BuildMonolingual, folder: str) -> None:
    """Completes the folder after the pipeline has run."""
    refuse_empty_result(folder, "sentences")
    complete_shards(folder, "sentences", settings.num_shards)
    if settings.segment_pairs:
        complete_shards(folder, "segment_pairs", settings.num_shards)
    write_report(folder, _TITLE)
    write_data_card(folder, _TITLE, settings)
