"""The pipeline of build_bitext: read > normalize, filter > one of each pair > sentence_pairs/."""

from collections.abc import Sequence

import apache_beam as beam

from beam_pipelines import runner
from beam_pipelines.reports.data_card import write_data_card
from beam_pipelines.reports.empty_result import refuse_empty_result
from beam_pipelines.reports.page import write_report
from beam_pipelines.settings import BuildBitext
from beam_pipelines.transforms.clean_pairs import CleanPairs
from beam_pipelines.transforms.read_corpora import ReadCorpora
from beam_pipelines.transforms.report import with_report, write_counts, write_rejected
from beam_pipelines.transforms.select_items import select_items
from beam_pipelines.transforms.sources import WriteSources
from beam_pipelines.transforms.write_shards import WriteShards, complete_shards
from tfmling.records.schemas import sentence_pair

_TITLE = "Sentence pairs for training"


def build_bitext(settings: BuildBitext, flags: Sequence[str]) -> None:
    """Turn bitext into records of sentence pairs, and print the counts.

    Args:
        settings: of the pipeline.
        flags: for the runner.
    """
    runner.run(settings, flags, build, finish)


def build(pipeline: beam.Pipeline, settings: BuildBitext, folder: str) -> None:
    """Adds all steps to `pipeline`; they write into `folder`."""
    cleaned = (
        pipeline | ReadCorpora(settings.corpora) | "Clean" >> with_report(CleanPairs(settings))
    )
    selected = select_items(cleaned.items, {}, settings, folder)
    write = WriteShards(
        folder, "sentence_pairs", sentence_pair.encode, "pairs", settings.num_shards
    )
    written = selected.sampled | "WritePairs" >> with_report(write)
    write_counts([cleaned, *selected.steps, written], folder)
    write_rejected([cleaned, *selected.steps], folder, settings.rejected_samples)
    pipeline | "Sources" >> WriteSources(settings.corpora, folder, settings.checksums)


def finish(settings: BuildBitext, folder: str) -> None:
    """Completes the folder after the pipeline has run."""
    refuse_empty_result(folder, "pairs")
    complete_shards(folder, "sentence_pairs", settings.num_shards)
    write_report(folder, _TITLE)
    write_data_card(folder, _TITLE, settings)
