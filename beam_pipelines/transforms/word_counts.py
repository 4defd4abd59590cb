"""The pipeline of count_words: records > words > counts by language > `<language>.tsv`.

The words of a share of the sentences go to `held_out/<language>.tsv` instead.
"""

import collections
import logging
from collections.abc import Iterable, Iterator, Sequence

import apache_beam as beam

from beam_pipelines import runner
from beam_pipelines.reports.empty_result import refuse_empty_result
from beam_pipelines.settings import CountWords
from beam_pipelines.transforms.add_counts import AddCounts
from beam_pipelines.transforms.read_records import ReadRecords
from beam_pipelines.transforms.report import Report, with_report, write_counts
from tfmling.core import files
from tfmling.records import example
from tfmling.text.fingerprints import fingerprint, shard_of
from tfmling.text.words import spaced_words, split_words
from tfmling.vocab.word_counts import HELD_OUT

_LOGGER = logging.getLogger(__name__)
_PARTS = 16  # of a language's words, so that no worker need hold all with their counts

# language and part
PartKey = tuple[str, int]


def write_word_counts(settings: CountWords, flags: Sequence[str]) -> None:
    """Count the words of records by language, and print the counts.

    Args:
        settings: of the pipeline.
        flags: for the runner.
    """
    runner.run(settings, flags, build, finish)


def build(pipeline: beam.Pipeline, settings: CountWords, folder: str) -> None:
    """Adds all steps to `pipeline`; they write into `folder`."""
    counted = (
        pipeline | ReadRecords(settings.records) | "Count" >> with_report(_CountWords(settings))
    )
    frequent = (
        counted.items
        | "Add" >> beam.CombinePerKey(AddCounts())
        | "LeaveOutRare" >> with_report(_LeaveOutRare(settings.min_count))
    )
    (
        frequent.items
        | "GroupByLanguage" >> beam.GroupByKey()
        | "Write" >> beam.Map(write_words, folder)
    )
    write_counts([counted, frequent], folder)


class _CountWords(beam.DoFn):
    """Batches of records to counts of words by language and part."""

    def __init__(self, settings: CountWords):
        self._settings = settings

    @beam.DoFn.yields_elements
    def process_batch(self, batch: list[bytes]) -> Iterator[tuple[PartKey, dict[str, int]]]:
        report = Report()
        counts = count_words(batch, self._settings, report)
        for language, words in counts.items():
            parts: list[dict[str, int]] = [{} for _ in range(_PARTS)]
            for word, number in words.items():
                parts[shard_of(fingerprint(word), _PARTS)][word] = number
            yield from (((language, index), part) for index, part in enumerate(parts) if part)
        yield from report.outputs(0)


def count_words(
    records: Iterable[bytes], settings: CountWords, report: Report
) -> dict[str, collections.Counter[str]]:
    """Counts the words of records of sentences or sentence pairs, by language.

    The language of held-out words is `held_out/<language>`, the name of their file.
    """
    counts: dict[str, collections.Counter[str]] = {}
    for record in records:
        for language, text in texts_of(example.deserialize(record)):
            if settings.languages is None or language in settings.languages:
                words = words_of(text, settings)
                held_out = is_held_out(text, settings.held_out)
                name = f"{HELD_OUT}/{language}" if held_out else language
                counts.setdefault(name, collections.Counter()).update(words)
                report.count(language, "read", "sentences")
                report.count(language, "read", "words", len(words))
                if held_out:
                    report.count(language, "kept", "held_out_words", len(words))
    return counts


def words_of(text: str, settings: CountWords) -> list[str]:
    """The words of a text as the tokenizer that the vocabulary is for sees them."""
    if settings.tokenizer == "sentencepiece":
        return spaced_words(text)
    return split_words(text, settings.lowercase)


def is_held_out(text: str, share: float) -> bool:
    """Whether the words of a sentence are counted apart; decided by the sentence alone.

    So copies of a sentence are all on one side, in every run and on any number of workers.
    """
    return int.from_bytes(fingerprint(text)[-8:], "big") < share * 2**64


def texts_of(features: dict) -> list[tuple[str, str]]:
    """The languages and texts of a record."""
    if "text" in features:
        return [(features["language"], features["text"])]
    return [(features[f"{side}_language"], features[side]) for side in ("source", "target")]


class _LeaveOutRare(beam.DoFn):
    """Counts of words to lists of the words that are frequent enough."""

    def __init__(self, min_count: int):
        self._min_count = min_count

    def process(
        self, element: tuple[PartKey, dict[str, int]]
    ) -> Iterator[tuple[str, list[tuple[str, int]]]]:
        (language, _), counts = element
        if language.startswith(f"{HELD_OUT}/"):  # running text is measured on: nothing is rare
            yield language, list(counts.items())
            return
        kept = [(word, number) for word, number in counts.items() if number >= self._min_count]
        report = Report()
        report.count(language, "kept", "distinct_words", len(kept))
        report.count(language, "dropped", "rare_distinct_words", len(counts) - len(kept))
        yield language, kept
        yield from report.outputs(0)


def write_words(element: tuple[str, Iterable[list[tuple[str, int]]]], folder: str) -> None:
    """Writes `<language>.tsv`: word and count, the most frequent first, then by code point."""
    language, parts = element
    words = [entry for part in parts for entry in part]
    words.sort(key=lambda entry: (-entry[1], entry[0]))
    path = files.join(folder, f"{language}.tsv")
    files.write_text(path, "".join(f"{word}\t{number}\n" for word, number in words))
    _LOGGER.info("wrote %s: %d words", path, len(words))


def finish(settings: CountWords, folder: str) -> None:
    """Checks the folder after the pipeline has run."""
    refuse_empty_result(folder, "distinct_words")
