"""Documents to the sentences that are wanted: normalise, split, filter."""

from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from beam_pipelines.settings import BuildMonolingual
from beam_pipelines.transforms.item import Item, Languages, ShardKey, by_shard
from beam_pipelines.transforms.report import Report
from tfmling.corpora.document import Document
from tfmling.corpora.rejected import Rejected, excerpt
from tfmling.filters.filter import judge_sentence
from tfmling.text.fingerprints import fingerprint
from tfmling.text.normalise import UnicodeForm, normalise
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
    for item in items:
        if isinstance(item, Rejected):
            report.unusable(item)
        else:
            yield from _clean(item, settings, report)


def _clean(
    document: Document, settings: BuildMonolingual, report: Report
) -> Iterator[tuple[Languages, Item]]:
    language = document.language
    sentences = list(sentences_of(document, settings.unicode_form))
    report.count(language, "read", "documents")
    report.count(language, "read", "sentences", len(sentences))
    report.count(language, "read", "characters", document.characters)
    for number, (line, text) in enumerate(sentences):
        if rejection := judge_sentence(settings.filters, text, language):
            uri = f"{document.path}:{line}"
            report.dropped(Rejected(uri, language, rejection[0], excerpt(text), rejection[1]))
        else:
            place = (document.lines[0], line, number)
            yield (language,), (fingerprint(text), document.path, place, (text,))


def sentences_of(document: Document, unicode_form: UnicodeForm) -> Iterator[tuple[int, str]]:
    """The lines and texts of the normalised sentences of a document in order."""
    for line, paragraph in zip(document.lines, document.paragraphs, strict=True):
        text = normalise(paragraph, unicode_form)
        if document.split_sentences:
            for sentence in split_sentences(text, document.language):
                yield line, sentence
        elif text:
            yield line, text
