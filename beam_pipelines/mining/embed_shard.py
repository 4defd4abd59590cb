"""Sentences of a shard to its files: unique, in order, embedded."""

import itertools
import json
import logging
import time
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam
from apache_beam.utils.shared import Shared

from beam_pipelines.mining.settings import MineBitext, Side
from beam_pipelines.transforms.item import Item, uri_of
from beam_pipelines.transforms.report import Report
from tfmling.core import files
from tfmling.corpora.documents import Rejected, excerpt
from tfmling.embedding.embedder import Embedder
from tfmling.embedding.load_exported_embedder import load_exported_embedder
from tfmling.mining import sentences
from tfmling.mining.arrays import matches_checksum, write_array
from tfmling.mining.quantization import quantize
from tfmling.mining.sentences import MinedSentence
from tfmling.mining.vectors import shard_path

_LOGGER = logging.getLogger(__name__)

Named = tuple[bytes, str, Item]  # what decides the order, document, item


class EmbedShard(beam.DoFn):
    """Groups of sentences by shard to files; emits a report only.

    All threads of a worker process share one copy of the model.
    """

    def __init__(self, folder: str, settings: MineBitext, side: Side, model: tuple[str, str]):
        self._folder = folder
        self._settings = settings
        self._side = side
        self._model_path, self._model_version = model
        self._shared = Shared()

    def process(self, element: tuple[int, Iterable[list[Named]]]) -> Iterator[Any]:
        """Embeds, unless the shard stands."""
        shard, groups = element
        report = Report()
        kept = unique(itertools.chain.from_iterable(groups), self._side.language, report)
        rows = [MinedSentence(item[3][0], uri_of(item)) for _, _, item in kept]
        path = shard_path(self._folder, shard, self._settings.vector_shards)
        if self._settings.documents is not None:
            spans = json.dumps(document_spans(kept), ensure_ascii=False)
            files.write_text(f"{path}.documents.json", spans + "\n")
        self._write(path, rows, shard)
        report.count(self._side.language, "kept", "sentences", len(rows))
        characters = sum(len(row.text) for row in rows)
        report.count(self._side.language, "kept", "characters", characters)
        yield from report.outputs(self._settings.rejected_samples)

    def _write(self, path: str, rows: list[MinedSentence], shard: int) -> None:
        vectors = f"{path}.vectors.npy"
        place = f"{self._side.language} shard {shard + 1} of {self._settings.vector_shards}"
        if matches_checksum(vectors) and sentences.are_unchanged(path, rows):
            _LOGGER.info("%s: %d sentences, embedded before", place, len(rows))
            return
        if files.exists(vectors):  # they are of other sentences, or damaged
            files.remove(vectors)
        sentences.write_sentences(path, rows)
        if not rows:  # `complete_vectors` knows the width
            return
        started = time.monotonic()
        embedded_ND = self._model().encode([row.text for row in rows], progress=place)
        write_array(vectors, quantize(embedded_ND), with_checksum=True)
        rate = len(rows) / max(time.monotonic() - started, 1e-9)
        _LOGGER.info("%s: embedded %d sentences, %.0f a second", place, len(rows), rate)

    def _model(self) -> Embedder:
        return self._shared.acquire(self._load, tag=self._model_version)

    def _load(self) -> Embedder:
        return load_exported_embedder(self._model_path, self._settings.batch_size)


def unique(named: Iterable[Named], language: str, report: Report) -> list[Named]:
    """The first of each text, within its document where these stay whole; sorted.

    Where they do not, the fingerprint of the text decides the order, so the same come together.
    """
    kept: list[Named] = []
    seen: set[tuple[bytes, bytes]] = set()
    for order, name, item in sorted(named):
        if (order, item[0]) in seen:
            shown = excerpt(item[3][0])
            report.dropped(Rejected(uri_of(item), language, "duplicate", shown))
        else:
            seen.add((order, item[0]))
            kept.append((order, name, item))
    return kept


def document_spans(kept: list[Named]) -> list[tuple[str, int, int]]:
    """Name, first row and number of rows of each document."""
    spans, row = [], 0
    for name, group in itertools.groupby(kept, key=lambda named: named[1]):
        count = len(list(group))
        spans.append((name, row, count))
        row += count
    return spans
