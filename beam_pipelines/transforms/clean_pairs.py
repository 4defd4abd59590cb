"""Sentence pairs to those that are wanted: normalize, filter each side, filter the pair."""

import collections
import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apache_beam as beam

from beam_pipelines.settings import BuildBitext
from beam_pipelines.transforms.item import Item, Languages, ShardKey, by_shard, label
from beam_pipelines.transforms.report import NOT_STATED, Report
from tfmling.corpora.documents import Rejected, SentencePair, excerpt
from tfmling.filters.filter import Sentence, judge_pairs, judge_sentences, not_judged
from tfmling.text.fingerprints import fingerprint


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
    read: list[SentencePair] = []
    for item in items:
        if isinstance(item, Rejected):
            report.unusable(item)
        else:
            read.append(item)
    _count(read, settings, report)
    pairs = [_normalized(pair, settings) for pair in read]
    for pair, verdict in zip(pairs, judge(pairs, settings), strict=True):
        if verdict:
            report.dropped(_rejected(pair, *verdict))
            continue
        digest = fingerprint(_what_is_unique(pair, settings.unique))
        texts = (pair.source, pair.target)
        yield _languages(pair), (digest, pair.path, (pair.line, pair.line, 0), texts)


def judge(
    pairs: Sequence[SentencePair], settings: BuildBitext
) -> list[tuple[str, float | None] | None]:
    """The reason and score of the first rejection; reasons of one side begin with its name."""
    filters = settings.sentence_filters
    verdicts: list[tuple[str, float | None] | None] = [None] * len(pairs)
    for side in ("source", "target"):
        standing = [n for n, verdict in enumerate(verdicts) if verdict is None]
        sentences = [_side(pairs[n], side) for n in standing]
        judged = judge_sentences(filters, sentences)
        for n, sentence, verdict in zip(standing, sentences, judged, strict=True):
            if not sentence.text:
                verdicts[n] = (f"{side}.empty", None)
            elif verdict:
                verdicts[n] = (f"{side}.{verdict[0]}", verdict[1])
    standing = [n for n, verdict in enumerate(verdicts) if verdict is None]
    judged = judge_pairs(settings.pair_filters, [pairs[n] for n in standing])
    for n, verdict in zip(standing, judged, strict=True):
        verdicts[n] = verdict
    return verdicts


def _side(pair: SentencePair, side: str) -> Sentence:
    return Sentence(getattr(pair, side), getattr(pair, f"{side}_language"), pair.path)


def _languages(pair: SentencePair) -> Languages:
    return pair.source_language, pair.target_language


def _count(pairs: Sequence[SentencePair], settings: BuildBitext, report: Report) -> None:
    for pair in pairs:
        report.count(label(_languages(pair)), "read", "pairs")
        report.count(label(_languages(pair)), "licenses", pair.license or NOT_STATED)
        report.count(label(_languages(pair)), "read", "characters", pair.characters)
    origins = collections.Counter((_languages(pair), pair.path) for pair in pairs)
    for (languages, path), number in origins.items():
        found = not_judged(settings.pair_filters, languages, path)
        for language in languages:
            found |= not_judged(settings.sentence_filters, (language,), path)
        for why in found:
            report.count(label(languages), "not_judged", why, number)


def _normalized(pair: SentencePair, settings: BuildBitext) -> SentencePair:
    source, target = settings.normalize(pair.source), settings.normalize(pair.target)
    return dataclasses.replace(pair, source=source, target=target)


def _rejected(pair: SentencePair, reason: str, score: float | None) -> Rejected:
    languages = label((pair.source_language, pair.target_language))
    shown = f"{excerpt(pair.source)}\t{excerpt(pair.target)}"
    return Rejected(pair.location, languages, reason, shown, score)


def _what_is_unique(pair: SentencePair, unique: str) -> str:
    return {
        "pair": f"{pair.source}\t{pair.target}",  # a normalized text has no tabs
        "source": pair.source,
        "target": pair.target,
    }[unique]
