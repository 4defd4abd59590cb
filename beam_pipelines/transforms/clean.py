"""Clean documents and sentence pairs: normalize, split into sentences, filter."""

import collections
import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apache_beam as beam

from beam_pipelines.settings import BuildBitext, BuildMonolingual
from beam_pipelines.transforms.items import Item, Languages, ShardKey, by_shard, join_languages
from beam_pipelines.transforms.stats import NOT_STATED, Stats
from tfmling.corpora.documents import Document, Rejected, SentencePair, excerpt
from tfmling.filters.filter import Sentence, judge_pairs, judge_sentences, not_judged
from tfmling.text.fingerprints import fingerprint
from tfmling.text.sentences import split_sentences


class CleanDocuments(beam.DoFn):
    """Turns batches of documents into items by language and shard.

    Example:
        >>> corpus = {"format": "plain_text", "path": ".", "language": "sw"}
        >>> clean = CleanDocuments(BuildMonolingual(output="out", corpora=[corpus], num_shards=1))
        >>> document = Document("a.txt", "sw", ("Habari ya leo? Nzuri sana.",), (1,))
        >>> (key, items), *counts = clean.process_batch([document])
        >>> key, len(items)
        ((('sw',), 0), 2)
    """

    def __init__(self, settings: BuildMonolingual):
        self._settings = settings

    @beam.DoFn.yields_elements
    def process_batch(self, batch: list[Any]) -> Iterator[tuple[ShardKey, list[Item]]]:
        """Clean documents, and count what could not be read."""
        stats = Stats()
        kept = clean_documents(batch, self._settings, stats)
        yield from by_shard(kept, self._settings.num_shards).items()
        yield from stats.outputs(self._settings.rejected_samples)


def clean_documents(
    items: Iterable[Document | Rejected], settings: BuildMonolingual, stats: Stats
) -> Iterator[tuple[Languages, Item]]:
    """Yield the sentences of documents that pass all filters.

    Example:
        >>> corpus = {"format": "plain_text", "path": ".", "language": "sw"}
        >>> settings = BuildMonolingual(output="out", corpora=[corpus])
        >>> document = Document("a.txt", "sw", ("Habari ya leo? Nzuri sana.",), (1,))
        >>> [item.texts for _, item in clean_documents([document], settings, Stats())]
        [('Habari ya leo?',), ('Nzuri sana.',)]
    """
    places: list[tuple[Document, int, int]] = []  # document, line, index in the document
    sentences: list[Sentence] = []
    for item in items:
        if isinstance(item, Rejected):
            stats.unusable(item)
            continue
        stats.count(item.language, "read", "documents")
        stats.count(item.language, "licenses", item.license or NOT_STATED)
        stats.count(item.language, "read", "characters", item.characters)
        for index, (line, text) in enumerate(list(sentences_of(item, settings))):
            places.append((item, line, index))
            sentences.append(Sentence(text, item.language, item.path))
    _count_sentences(sentences, settings, stats)
    verdicts = judge_sentences(settings.filters, sentences)
    for (document, line, index), (text, language, path), verdict in zip(
        places, sentences, verdicts, strict=True
    ):
        if verdict:
            reason, score = verdict
            stats.dropped(Rejected(f"{path}:{line}", language, reason, excerpt(text), score))
        else:
            first = document.lines[0]
            yield (language,), Item(fingerprint(text), path, first, line, index, (text,))


def sentences_of(document: Document, settings: BuildMonolingual) -> Iterator[tuple[int, str]]:
    """Yield the line and the normalized text of each sentence of a document.

    Example:
        >>> corpus = {"format": "plain_text", "path": ".", "language": "sw"}
        >>> settings = BuildMonolingual(output="out", corpora=[corpus])
        >>> document = Document("a.txt", "sw", ("Habari ya leo? Nzuri sana.", "Karibu."), (1, 2))
        >>> list(sentences_of(document, settings))
        [(1, 'Habari ya leo?'), (1, 'Nzuri sana.'), (2, 'Karibu.')]
    """
    for line, paragraph in zip(document.lines, document.paragraphs, strict=True):
        text = settings.normalize(paragraph)
        if document.split_sentences:
            for sentence in split_sentences(text, document.language):
                yield line, sentence
        elif text:
            yield line, text


def _count_sentences(
    sentences: Sequence[Sentence], settings: BuildMonolingual, stats: Stats
) -> None:
    origins = collections.Counter((language, path) for _, language, path in sentences)
    for (language, path), number in origins.items():
        stats.count(language, "read", "sentences", number)
        for why in not_judged(settings.filters, (language,), path):
            stats.count(language, "not_judged", why, number)


class CleanPairs(beam.DoFn):
    """Turns batches of sentence pairs into items by languages and shard.

    Example:
        >>> corpus = dict(format="tsv_pairs", path=".", source_language="sw", target_language="en")
        >>> clean = CleanPairs(BuildBitext(output="out", corpora=[corpus], num_shards=1))
        >>> pair = SentencePair("a.tsv", 1, "Maji", "Water", "sw", "en")
        >>> (key, items), *counts = clean.process_batch([pair])
        >>> key, len(items)
        ((('sw', 'en'), 0), 1)
    """

    def __init__(self, settings: BuildBitext):
        self._settings = settings

    @beam.DoFn.yields_elements
    def process_batch(self, batch: list[Any]) -> Iterator[tuple[ShardKey, list[Item]]]:
        """Clean pairs, and count what could not be read."""
        stats = Stats()
        kept = clean_pairs(batch, self._settings, stats)
        yield from by_shard(kept, self._settings.num_shards).items()
        yield from stats.outputs(self._settings.rejected_samples)


def clean_pairs(
    items: Iterable[SentencePair | Rejected], settings: BuildBitext, stats: Stats
) -> Iterator[tuple[Languages, Item]]:
    """Yield the pairs that pass all filters.

    Example:
        >>> corpus = dict(format="tsv_pairs", path=".", source_language="sw", target_language="en")
        >>> settings = BuildBitext(output="out", corpora=[corpus])
        >>> pair = SentencePair("a.tsv", 1, "Maji", "Water", "sw", "en")
        >>> [item.texts for _, item in clean_pairs([pair], settings, Stats())]
        [('Maji', 'Water')]
    """
    pairs: list[SentencePair] = []
    for item in items:
        if isinstance(item, Rejected):
            stats.unusable(item)
        else:
            pairs.append(item)
    _count_pairs(pairs, settings, stats)
    pairs = [_normalize_pair(pair, settings) for pair in pairs]
    for pair, verdict in zip(pairs, judge(pairs, settings), strict=True):
        languages = _languages(pair)
        if verdict:
            shown = f"{excerpt(pair.source)}\t{excerpt(pair.target)}"
            reason, score = verdict
            key = join_languages(languages)
            stats.dropped(Rejected(pair.location, key, reason, shown, score))
            continue
        digest = fingerprint(_unique_text(pair, settings.unique))
        texts = (pair.source, pair.target)
        yield languages, Item(digest, pair.path, pair.line, pair.line, 0, texts)


def judge(
    pairs: Sequence[SentencePair], settings: BuildBitext
) -> list[tuple[str, float | None] | None]:
    """Return the reason and score of the first filter that rejects each pair, None to keep it.

    Reasons of one side begin with its name: `source.length`.

    Example:
        >>> corpus = dict(format="tsv_pairs", path=".", source_language="sw", target_language="en")
        >>> settings = BuildBitext(output="out", corpora=[corpus])
        >>> pair = SentencePair("a.tsv", 1, "Maji", "Water", "sw", "en")
        >>> judge([pair, dataclasses.replace(pair, target="")], settings)
        [None, ('target.empty', None)]
    """
    verdicts: list[tuple[str, float | None] | None] = [None] * len(pairs)
    for side in ("source", "target"):
        remaining = [n for n, verdict in enumerate(verdicts) if verdict is None]
        sentences = [_side(pairs[n], side) for n in remaining]
        judged = judge_sentences(settings.sentence_filters, sentences)
        for n, sentence, verdict in zip(remaining, sentences, judged, strict=True):
            if not sentence.text:
                verdicts[n] = (f"{side}.empty", None)
            elif verdict:
                verdicts[n] = (f"{side}.{verdict[0]}", verdict[1])
    remaining = [n for n, verdict in enumerate(verdicts) if verdict is None]
    judged = judge_pairs(settings.pair_filters, [pairs[n] for n in remaining])
    for n, verdict in zip(remaining, judged, strict=True):
        verdicts[n] = verdict
    return verdicts


def _side(pair: SentencePair, side: str) -> Sentence:
    return Sentence(getattr(pair, side), getattr(pair, f"{side}_language"), pair.path)


def _languages(pair: SentencePair) -> Languages:
    return pair.source_language, pair.target_language


def _normalize_pair(pair: SentencePair, settings: BuildBitext) -> SentencePair:
    source, target = settings.normalize(pair.source), settings.normalize(pair.target)
    return dataclasses.replace(pair, source=source, target=target)


def _count_pairs(pairs: Sequence[SentencePair], settings: BuildBitext, stats: Stats) -> None:
    for pair in pairs:
        key = join_languages(_languages(pair))
        stats.count(key, "read", "pairs")
        stats.count(key, "licenses", pair.license or NOT_STATED)
        stats.count(key, "read", "characters", pair.characters)
    origins = collections.Counter((_languages(pair), pair.path) for pair in pairs)
    for (languages, path), number in origins.items():
        found = not_judged(settings.pair_filters, languages, path)
        for language in languages:
            found |= not_judged(settings.sentence_filters, (language,), path)
        for why in found:
            stats.count(join_languages(languages), "not_judged", why, number)


def _unique_text(pair: SentencePair, unique: str) -> str:
    """Return the text of which only one is kept."""
    return {
        "pair": f"{pair.source}\t{pair.target}",  # a normalized text has no tabs
        "source": pair.source,
        "target": pair.target,
    }[unique]
