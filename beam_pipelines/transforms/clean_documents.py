"""Documents to the sentences that are wanted: normalize, split, filter."""

import collections
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apache_beam as beam

from beam_pipelines.settings import BuildMonolingual
from beam_pipelines.transforms.item import Item, Languages, Place, ShardKey, by_shard
from beam_pipelines.transforms.report import NOT_STATED, Report
from tfmling.corpora.documents import Document, Rejected, excerpt
from tfmling.filters.filter import Sentence, judge_sentences, not_judged
from tfmling.text.fingerprints import fingerprint
from tfmling.text.sentences import split_sentences


class CleanDocuments(beam.DoFn):
    """Batches of documents to items by language and shard."""

    def __init__(self, settings: BuildMonolingual):
        self._settings = settings

    @beam.DoFn.yields_elements
    def process_batch(self, batch: list[Any]) -> Iterator[tuple[ShardKey, list[Item]]]:
        """Takes Document and Rejected; emits the report of the batch beside."""
        report = Report()
        kept = clean_documents(batch, self._settings, report)
        yield from by_shard(kept, self._settings.num_shards).items()
        yield from report.outputs(self._settings.rejected_samples)


def clean_documents(
    items: Iterable[Document | Rejected], settings: BuildMonolingual, report: Report
) -> Iterator[tuple[Languages, Item]]:
    """Yields the sentences that pass all filters, with their places in their documents."""
    placed: list[tuple[Document, Place]] = []
    sentences: list[Sentence] = []
    for item in items:
        if isinstance(item, Rejected):
            report.unusable(item)
            continue
        texts = list(sentences_of(item, settings))
        report.count(item.language, "read", "documents")
        report.count(item.language, "licenses", item.license or NOT_STATED)
        report.count(item.language, "read", "characters", item.characters)
        for number, (line, text) in enumerate(texts):
            placed.append((item, (item.lines[0], line, number)))
            sentences.append(Sentence(text, item.language, item.path))
    _count(sentences, settings, report)
    verdicts = judge_sentences(settings.filters, sentences)
    for (document, place), sentence, verdict in zip(placed, sentences, verdicts, strict=True):
        if verdict:
            report.dropped(_rejected(document, place, sentence.text, *verdict))
        else:
            digest = fingerprint(sentence.text)
            yield (document.language,), (digest, document.path, place, (sentence.text,))


def _count(sentences: Sequence[Sentence], settings: BuildMonolingual, report: Report) -> None:
    origins = collections.Counter((language, path) for _, language, path in sentences)
    for (language, path), number in origins.items():
        report.count(language, "read", "sentences", number)
        for why in not_judged(settings.filters, (language,), path):
            report.count(language, "not_judged", why, number)


def _rejected(document: Document, place: Place, text: str, reason: str, score: float) -> Rejected:
    location = f"{document.path}:{place[1]}"
    return Rejected(location, document.language, reason, excerpt(text), score)


def sentences_of(document: Document, settings: BuildMonolingual) -> Iterator[tuple[int, str]]:
    """The lines and texts of the normalized sentences of a document in order."""
    for line, paragraph in zip(document.lines, document.paragraphs, strict=True):
        text = settings.normalize(paragraph)
        if document.split_sentences:
            for sentence in split_sentences(text, document.language):
                yield line, sentence
        elif text:
            yield line, text
