"""The pipeline of count_words: records > words > counts by language > `<language>.tsv`.

The words of a share of the sentences are written to `held_out/<language>.tsv` instead.
"""

import collections
import logging
from collections.abc import Iterable, Iterator, Sequence

import apache_beam as beam

from beam_pipelines import runner
from beam_pipelines.reports.counts import refuse_empty_result
from beam_pipelines.settings import CountWords
from beam_pipelines.transforms.read_records import ReadRecords
from beam_pipelines.transforms.stats import Stats, with_stats, write_counts
from tfmling.core import files
from tfmling.core.config_errors import ConfigError
from tfmling.records import example
from tfmling.records.folder import shards
from tfmling.records.read_records import kinds_of, languages_of_pairs
from tfmling.records.schemas import texts_of
from tfmling.text.fingerprints import fingerprint, is_sampled, shard_of
from tfmling.text.words import spaced_words, split_words
from tfmling.vocab.word_counts import HELD_OUT

WordCounts = dict[str, int]


class AddCounts(beam.CombineFn):
    """Adds dictionaries of counts, on each worker before the shuffle.

    Example:
        >>> AddCounts().merge_accumulators([{"maji": 2}, {"maji": 1, "moto": 1}])
        {'maji': 3, 'moto': 1}
    """

    def create_accumulator(self) -> WordCounts:
        """Return empty counts."""
        return {}

    def add_input(self, accumulator: WordCounts, counts: WordCounts) -> WordCounts:
        """Add one dictionary."""
        for word, number in counts.items():
            accumulator[word] = accumulator.get(word, 0) + number
        return accumulator

    def merge_accumulators(self, accumulators: Iterable[WordCounts]) -> WordCounts:
        """Add the counts of several workers."""
        merged = self.create_accumulator()
        for accumulator in accumulators:
            merged = self.add_input(merged, accumulator)
        return merged

    def extract_output(self, accumulator: WordCounts) -> WordCounts:
        """Return the sum."""
        return accumulator


_LOGGER = logging.getLogger(__name__)
_PARTS = 16  # of a language's words, so that no worker holds all of them

# language and part
PartKey = tuple[str, int]


def write_word_counts(settings: CountWords, flags: Sequence[str]) -> None:
    """Count the words of records by language, and print the counts.

    Args:
        settings: of the pipeline.
        flags: for the runner.

    Example:
        >>> from tfmling.core import manifest
        >>> from tfmling.records import tfrecord
        >>> record = example.serialize({"text": "Maji ni maji", "language": "sw"})
        >>> _ = tfrecord.write("data/sentences/sw-00000-of-00001.tfrecord", [record])
        >>> manifest.write_manifest("data", command="build_monolingual")
        >>> settings = CountWords(records=["data"], output="out", lowercase=True, held_out=0)
        >>> write_word_counts(settings, [])  # doctest: +ELLIPSIS
        language ...
        >>> list(files.read_lines("out/sw.tsv"))
        ['maji\\t2', 'ni\\t1']
    """
    _require_languages(settings)
    runner.run(settings, flags, build, finish)


def _require_languages(settings: CountWords) -> None:
    """Check, before anything is read, that there are records in each language to count."""
    if settings.languages is None:
        return
    found: set[str] = set()
    for folder in settings.records:
        kinds = kinds_of(folder)
        if "sentences" in kinds:
            found.update(shards(folder, "sentences"))
        if "sentence_pairs" in kinds:
            found.update(*languages_of_pairs(folder).values())
    missing = [each for each in settings.languages if each not in found]
    if missing:
        raise ConfigError(
            f"languages: no records of {', '.join(missing)} in {settings.records}; expected some "
            f"of {', '.join(sorted(found))}"
        )


def build(pipeline: beam.Pipeline, settings: CountWords, folder: str) -> None:
    """Add all steps to `pipeline`; they write into `folder`.

    Example:
        >>> from tfmling.core import manifest
        >>> from tfmling.records import tfrecord
        >>> record = example.serialize({"text": "Maji ni maji", "language": "sw"})
        >>> _ = tfrecord.write("data/sentences/sw-00000-of-00001.tfrecord", [record])
        >>> manifest.write_manifest("data", command="build_monolingual")
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     build(pipeline, CountWords(records=["data"], output="out", held_out=0), folder)
        >>> sorted(files.read_lines("sw.tsv"))
        ['Maji\\t1', 'maji\\t1', 'ni\\t1']
    """
    counted = (
        pipeline | ReadRecords(settings.records) | "Count" >> with_stats(_CountWords(settings))
    )
    frequent = (
        counted.items
        | "Add" >> beam.CombinePerKey(AddCounts())
        | "DropRare" >> with_stats(_DropRare(settings.min_count))
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
        stats = Stats()
        counts = count_words(batch, self._settings, stats)
        for language, words in counts.items():
            parts: list[dict[str, int]] = [{} for _ in range(_PARTS)]
            for word, number in words.items():
                parts[shard_of(fingerprint(word), _PARTS)][word] = number
            yield from (((language, index), part) for index, part in enumerate(parts) if part)
        yield from stats.outputs(0)


def count_words(
    records: Iterable[bytes], settings: CountWords, stats: Stats
) -> dict[str, collections.Counter[str]]:
    """Count the words of records of sentences or sentence pairs, by language.

    The key of held-out words is `held_out/<language>`, the name of their file.

    Example:
        >>> settings = CountWords(records=["."], output="out", lowercase=True, held_out=0)
        >>> record = example.serialize({"text": "Maji ni maji.", "language": "sw"})
        >>> counts = count_words([record], settings, Stats())
        >>> counts["sw"]["maji"], counts["sw"]["ni"]
        (2, 1)
    """
    counts: dict[str, collections.Counter[str]] = {}
    for record in records:
        for language, text in texts_of(example.deserialize(record)):
            if settings.languages is None or language in settings.languages:
                words = words_of(text, settings)
                # so all copies of a sentence are held out together
                held_out = is_sampled(fingerprint(text), settings.held_out)
                name = f"{HELD_OUT}/{language}" if held_out else language
                counts.setdefault(name, collections.Counter()).update(words)
                stats.count(language, "read", "sentences")
                stats.count(language, "read", "words", len(words))
                if held_out:
                    stats.count(language, "kept", "held_out_words", len(words))
    return counts


def words_of(text: str, settings: CountWords) -> list[str]:
    """Split a text into words as the tokenizer of the vocabulary does.

    Example:
        >>> words_of("Maji baridi!", CountWords(records=["."], output="out", lowercase=True))
        ['maji', 'baridi', '!']
    """
    if settings.tokenizer == "sentencepiece":
        return spaced_words(text)
    return split_words(text, settings.lowercase)


class _DropRare(beam.DoFn):
    """Counts of words to lists of the frequent words."""

    def __init__(self, min_count: int):
        self._min_count = min_count

    def process(
        self, element: tuple[PartKey, dict[str, int]]
    ) -> Iterator[tuple[str, list[tuple[str, int]]]]:
        (language, _), counts = element
        if language.startswith(f"{HELD_OUT}/"):  # held-out text keeps its rare words
            yield language, list(counts.items())
            return
        kept = [(word, number) for word, number in counts.items() if number >= self._min_count]
        stats = Stats()
        stats.count(language, "kept", "distinct_words", len(kept))
        stats.count(language, "dropped", "rare_distinct_words", len(counts) - len(kept))
        yield language, kept
        yield from stats.outputs(0)


def write_words(element: tuple[str, Iterable[list[tuple[str, int]]]], folder: str) -> None:
    """Write `<language>.tsv`: word and count, by descending count and then by code point.

    Example:
        >>> write_words(("sw", [[("maji", 1), ("ni", 2)], [("baba", 1)]]), "out")
        >>> list(files.read_lines("out/sw.tsv"))
        ['ni\\t2', 'baba\\t1', 'maji\\t1']
    """
    language, parts = element
    words = [entry for part in parts for entry in part]
    words.sort(key=lambda entry: (-entry[1], entry[0]))
    path = files.join(folder, f"{language}.tsv")
    files.write_text(path, "".join(f"{word}\t{number}\n" for word, number in words))
    _LOGGER.info("wrote %s: %d words", path, len(words))


def finish(settings: CountWords, folder: str) -> None:
    """Check the folder after the pipeline has run.

    Example:
        >>> files.write_json("out/counts.json", {"sw": {"kept": {"distinct_words": 2}}})
        >>> finish(CountWords(records=["."], output="out"), "out")
    """
    refuse_empty_result(folder, "distinct_words")
