"""The pipelines of build_monolingual and build_bitext.

build_monolingual: read > normalize, split, filter > deduplicate > sample > sentences/
                                                               > whole documents > segment_pairs/
build_bitext:      read > normalize, filter        > deduplicate > sample > sentence_pairs/
"""

from collections.abc import Sequence

import apache_beam as beam

from beam_pipelines import runner
from beam_pipelines.reports.counts import refuse_empty_result
from beam_pipelines.reports.data_card import write_data_card
from beam_pipelines.reports.page import write_report
from beam_pipelines.settings import BuildBitext, BuildMonolingual, BuildRecords
from beam_pipelines.transforms.clean import CleanDocuments, CleanPairs
from beam_pipelines.transforms.deduplicate import (
    Deduplicate,
    MarkExcluded,
    MarkNearDuplicates,
    Marks,
)
from beam_pipelines.transforms.read_corpora import ReadCorpora, WriteSources
from beam_pipelines.transforms.sampling import SampleItems, allotments
from beam_pipelines.transforms.stats import with_stats, write_counts, write_rejected
from beam_pipelines.transforms.write_segment_pairs import SegmentPairRecords
from beam_pipelines.transforms.write_shards import WriteShards, complete_shards
from tfmling.records.schemas import sentence, sentence_pair

Steps = list[beam.pvalue.DoOutputsTuple]


def build_monolingual(settings: BuildMonolingual, flags: Sequence[str]) -> None:
    """Turn documents into records of sentences and segment pairs, and print the counts.

    Args:
        settings: of the pipeline.
        flags: for the runner.

    Example:
        >>> _ = open("a.txt", "w").write("Habari ya leo?\\n")
        >>> corpus = {"format": "plain_text", "path": "a.txt", "language": "sw"}
        >>> settings = BuildMonolingual(output="out", corpora=[corpus], segment_pairs=None)
        >>> build_monolingual(settings, [])
        language                    number   share
        sw        read  characters      14
        sw        read  documents        1
        sw        read  sentences        1
        sw        kept  characters      14
        sw        kept  sentences        1  100.0%
    """
    runner.run(settings, flags, add_monolingual_steps, finish_monolingual)


def build_bitext(settings: BuildBitext, flags: Sequence[str]) -> None:
    """Turn bitext into records of sentence pairs, and print the counts.

    Args:
        settings: of the pipeline.
        flags: for the runner.

    Example:
        >>> _ = open("a.tsv", "w").write("Maji\\tWater\\n")
        >>> languages = dict(source_language="sw", target_language="en")
        >>> corpus = dict(format="tsv_pairs", path="a.tsv", **languages)
        >>> build_bitext(BuildBitext(output="out", corpora=[corpus]), [])
        language                    number   share
        sw-en     read  characters       9
        sw-en     read  pairs            1
        sw-en     kept  characters       9
        sw-en     kept  pairs            1  100.0%
    """
    runner.run(settings, flags, add_bitext_steps, finish_bitext)


def add_monolingual_steps(pipeline: beam.Pipeline, settings: BuildMonolingual, folder: str) -> None:
    """Add all steps to `pipeline`; they write into `folder`.

    Example:
        >>> _ = open("a.txt", "w").write("Habari ya leo?\\n")
        >>> corpus = {"format": "plain_text", "path": "a.txt", "language": "sw"}
        >>> settings = BuildMonolingual(output="out", corpora=[corpus], segment_pairs=None)
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     add_monolingual_steps(pipeline, settings, folder)
        >>> '"sentences": 1' in open("counts.json").read()
        True
    """
    num_shards = settings.num_shards
    cleaned = (
        pipeline | ReadCorpora(settings.corpora) | "Clean" >> with_stats(CleanDocuments(settings))
    )
    marks = {}
    if settings.exclude_records:
        mark = MarkExcluded(settings.exclude_records, num_shards)
        marks["in_excluded_records"] = pipeline | "Excluded" >> mark
    unique, sampled, selection = _select(cleaned.items, marks, settings, folder)
    write = WriteShards(folder, "sentences", sentence.encode, "sentences", num_shards)
    written = sampled | "WriteSentences" >> with_stats(write)
    steps = [cleaned, *selection, written]
    if settings.segment_pairs:
        steps += unique | "SegmentPairs" >> SegmentPairRecords(settings, folder)
    write_counts(steps, folder)
    write_rejected(steps, folder, settings.rejected_samples)
    pipeline | "Sources" >> WriteSources(settings.corpora, folder, settings.checksums)


def add_bitext_steps(pipeline: beam.Pipeline, settings: BuildBitext, folder: str) -> None:
    """Add all steps to `pipeline`; they write into `folder`.

    Example:
        >>> _ = open("a.tsv", "w").write("Maji\\tWater\\n")
        >>> languages = dict(source_language="sw", target_language="en")
        >>> corpus = dict(format="tsv_pairs", path="a.tsv", **languages)
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     add_bitext_steps(pipeline, BuildBitext(output="out", corpora=[corpus]), folder)
        >>> '"pairs": 1' in open("counts.json").read()
        True
    """
    cleaned = pipeline | ReadCorpora(settings.corpora) | "Clean" >> with_stats(CleanPairs(settings))
    _, sampled, selection = _select(cleaned.items, {}, settings, folder)
    write = WriteShards(
        folder, "sentence_pairs", sentence_pair.encode, "pairs", settings.num_shards
    )
    written = sampled | "WritePairs" >> with_stats(write)
    write_counts([cleaned, *selection, written], folder)
    write_rejected([cleaned, *selection], folder, settings.rejected_samples)
    pipeline | "Sources" >> WriteSources(settings.corpora, folder, settings.checksums)


def _select(
    items: beam.PCollection, marks: Marks, settings: BuildRecords, folder: str
) -> tuple[beam.PCollection, beam.PCollection, Steps]:
    """Deduplicate and, if the settings say so, drop near-duplicates and sample.

    Args:
        items: (key, items), a key in any number of parts.
        marks: other items to drop, counted before near-duplicates.
        settings: of the pipeline.
        folder: the output folder.

    Returns:
        The items before and after sampling, and the steps with stats.
    """
    if settings.near_duplicates:
        mark = MarkNearDuplicates(settings.near_duplicates, settings.num_shards, folder)
        marks = {**marks, "near_duplicate": items | "NearDuplicates" >> mark}
    samples = settings.rejected_samples
    unique = items | "Deduplicate" >> Deduplicate(marks, folder, samples)
    if settings.sampling is None:
        return unique.items, unique.items, [unique]
    allotted = allotments(unique.items, settings.sampling)
    sampled = unique.items | "Sample" >> SampleItems(allotted, folder, samples)
    return unique.items, sampled.items, [unique, sampled]


def finish_monolingual(settings: BuildMonolingual, folder: str) -> None:
    """Complete the folder after the pipeline has run."""
    refuse_empty_result(folder, "sentences")
    complete_shards(folder, "sentences", settings.num_shards)
    if settings.segment_pairs:
        complete_shards(folder, "segment_pairs", settings.num_shards)
    _describe(settings, folder, "Sentences for training")


def finish_bitext(settings: BuildBitext, folder: str) -> None:
    """Complete the folder after the pipeline has run."""
    refuse_empty_result(folder, "pairs")
    complete_shards(folder, "sentence_pairs", settings.num_shards)
    _describe(settings, folder, "Sentence pairs for training")


def _describe(settings: BuildRecords, folder: str, title: str) -> None:
    write_report(folder, title)
    write_data_card(folder, title, settings)
