"""Sentence pairs to those that are wanted: normalise, filter each side, filter the pair."""

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from beam_pipelines.settings import BuildBitext
from beam_pipelines.transforms.item import Item, Languages, ShardKey, by_shard, label
from beam_pipelines.transforms.report import Report
from tfmling.corpora.pair import SentencePair
from tfmling.corpora.rejected import Rejected, excerpt
from tfmling.filters.filter import judge_pair, judge_sentence
from tfmling.text.fingerprints import fingerprint
from tfmling.text.normalise import normalise


class CleanPairs(beam.DoFn):
    """Batches of pairs to items by languages and shard."""

    def __init__(self, settings: BuildBitext):
        self._settings = settings

    @beam.DoFn.yields_elements
    def process_batch(self, batch: list[Any]) -> Iterator[tuple[ShardKey, list[Item]]]:
        """Takes SentencePair and Rejected; emits the report of the batch beside."""
        report = Report()
        kept = clean_pairs(batch, self._settings, report)
        yield from by_shard(kept, self._settings.num_shards).items()
        yield from report.outputs(self._settings.rejected_samples)


def clean_pairs(
    items: Iterable[SentencePair | Rejected], settings: BuildBitext, report: Report
) -> Iterator[tuple[Languages, Item]]:
    """Yields the pairs that pass all filters."""
    for item in items:
        if isinstance(item, Rejected):
            report.unusable(item)
            continue
        pair = _normalised(item, settings)
        languages = (pair.source_language, pair.target_language)
        report.count(label(languages), "read", "pairs")
        report.count(label(languages), "read", "characters", item.characters)
        if rejection := judge(pair, settings):
            report.dropped(_rejected(pair, *rejection))
        else:
            digest = fingerprint(_what_is_unique(pair, settings.unique))
            yield (
                languages,
                (digest, pair.path, (pair.line, pair.line, 0), (pair.source, pair.target)),
            )


def judge(pair: SentencePair, settings: BuildBitext) -> tuple[str, float | None] | None:
    """The reason and score of the first rejection; reasons of one side begin with its name."""
    sides = (
        ("source", pair.source, pair.source_language),
        ("target", pair.target, pair.target_language),
    )
    for side, text, language in sides:
        if not text:
            return f"{side}.empty", None
        if rejection := judge_sentence(settings.sentence_filters, text, language):
            return f"{side}.{rejection[0]}", rejection[1]
    return judge_pair(settings.pair_filters, pair)


def _normalised(pair: SentencePair, settings: BuildBitext) -> SentencePair:
    source = normalise(pair.source, settings.unicode_form)
    target = normalise(pair.target, settings.unicode_form)
    return dataclasses.replace(pair, source=source, target=target)


def _rejected(pair: SentencePair, reason: str, score: float | None) -> Rejected:
    languages = label((pair.source_language, pair.target_language))
    shown = f"{excerpt(pair.source)}\t{excerpt(pair.target)}"
    return Rejected(pair.uri, languages, reason, shown, score)


def _what_is_unique(pair: SentencePair, unique: str) -> str:
    return {
        "pair": f"{pair.source}\t{pair.target}",  # a normalised text has no tabs
        "source": pair.source,
        "target": pair.target,
    }[unique]
