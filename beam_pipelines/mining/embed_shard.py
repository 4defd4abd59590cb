"""Deduplicate, order and embed the sentences of a shard, and write its files."""

import itertools
import json
import logging
import time
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import apache_beam as beam
import numpy as np
from apache_beam.utils.shared import Shared

from beam_pipelines.mining.settings import MineBitext, Side
from beam_pipelines.transforms.deduplicate import reject
from beam_pipelines.transforms.items import Item
from beam_pipelines.transforms.stats import Stats
from tfmling.core import files
from tfmling.corpora.corpus import CorpusError
from tfmling.embedding.embedder import Embedder
from tfmling.embedding.load_exported_embedder import load_exported_embedder
from tfmling.mining import sentences
from tfmling.mining.arrays import matches_checksum, read_shape, write_array
from tfmling.mining.quantization import quantize
from tfmling.mining.sentences import MinedSentence
from tfmling.mining.vectors import Description, shard_path, write_description

_LOGGER = logging.getLogger(__name__)


class OrderedItem(NamedTuple):
    """An item, its document, and the fingerprint that decides the order of rows.

    Example:
        >>> item = Item(b"1" * 16, "a.txt", 1, 3, 0, ("Habari",))
        >>> OrderedItem(item.fingerprint, "a.txt:1", item).item.location
        'a.txt:3'
    """

    order: bytes
    document: str
    item: Item


class EmbedShard(beam.DoFn):
    """Writes the files of a shard; emits stats only.

    The threads of a worker process share one copy of the model.
    """

    def __init__(self, folder: str, settings: MineBitext, side: Side, model: tuple[str, str]):
        self._folder = folder
        self._settings = settings
        self._side = side
        self._model_path, self._model_version = model
        self._shared = Shared()

    def process(self, element: tuple[int, Iterable[list[tuple]]]) -> Iterator[Any]:
        """Embed the sentences, unless the shard is unchanged."""
        shard, groups = element
        stats = Stats()
        found = (
            OrderedItem(order, document, Item(*fields))
            for order, document, fields in itertools.chain.from_iterable(groups)
        )
        kept = unique(found, self._side.language, stats)
        rows = [MinedSentence(item.texts[0], item.location) for _, _, item in kept]
        path = shard_path(self._folder, shard, self._settings.vector_shards)
        if self._settings.documents is not None:
            spans = json.dumps(document_spans(kept), ensure_ascii=False)
            files.write_text(f"{path}.documents.json", spans + "\n")
        self._write(path, rows, shard)
        stats.count(self._side.language, "kept", "sentences", len(rows))
        characters = sum(len(row.text) for row in rows)
        stats.count(self._side.language, "kept", "characters", characters)
        yield from stats.outputs(self._settings.rejected_samples)

    def _write(self, path: str, rows: list[MinedSentence], shard: int) -> None:
        vectors = f"{path}.vectors.npy"
        place = f"{self._side.language} shard {shard + 1} of {self._settings.vector_shards}"
        if matches_checksum(vectors) and sentences.are_unchanged(path, rows):
            _LOGGER.info("%s: %d sentences, embedded before", place, len(rows))
            return
        if files.exists(vectors):  # of other sentences, or damaged
            files.remove(vectors)
        sentences.write_sentences(path, rows)
        if not rows:  # `complete_vectors` writes it, which knows the width
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


def unique(found: Iterable[OrderedItem], language: str, stats: Stats) -> list[OrderedItem]:
    """Return the first item of each text, or of each text of a document if these stay whole.

    The result is sorted.

    Example:
        >>> item = Item(b"1" * 16, "a.txt", 1, 1, 0, ("Habari",))
        >>> found = [OrderedItem(item.fingerprint, document, item) for document in ("b", "a")]
        >>> [each.document for each in unique(found, "sw", Stats())]
        ['a']
    """
    kept: list[OrderedItem] = []
    seen: set[tuple[bytes, bytes]] = set()
    for each in sorted(found):
        key = each.order, each.item.fingerprint
        if key in seen:
            stats.dropped(reject(each.item, (language,), "duplicate"))
        else:
            seen.add(key)
            kept.append(each)
    return kept


def document_spans(kept: list[OrderedItem]) -> list[tuple[str, int, int]]:
    """Return the name, first row and number of rows of each document.

    Example:
        >>> item = Item(b"1" * 16, "a.txt", 1, 1, 0, ("Habari",))
        >>> document_spans([OrderedItem(b"", document, item) for document in ("a", "a", "b")])
        [('a', 0, 2), ('b', 2, 1)]
    """
    spans, row = [], 0
    for name, group in itertools.groupby(kept, key=lambda each: each.document):
        count = len(list(group))
        spans.append((name, row, count))
        row += count
    return spans


def complete_vectors(folder: str, side: Side, settings: MineBitext, model: str) -> int:
    """Write the vectors of empty shards, then `vectors.json`.

    Returns:
        The number of sentences.

    Raises:
        CorpusError: there are no sentences.

    Example:
        >>> side = Side(language="sw", vectors=".")
        >>> threshold = {"kind": "value", "min_score": 1.05}
        >>> settings = MineBitext(output="out", source=side, target=side, threshold=threshold)
        >>> write_array("v/00002-of-00004.vectors.npy", np.zeros((3, 8), np.int16))
        >>> complete_vectors("v", side, settings, model="5f1c")
        3
    """
    shards = [shard_path(folder, n, settings.vector_shards) for n in range(settings.vector_shards)]
    written = [path for path in shards if files.exists(f"{path}.vectors.npy")]
    if not written:
        raise CorpusError(f"{side.language}: no sentences left to mine; see {folder}/report.html")
    width = read_shape(f"{written[0]}.vectors.npy")[1]
    for path in set(shards) - set(written):
        write_array(f"{path}.vectors.npy", np.zeros((0, width), np.int16), with_checksum=True)
    rows = tuple(read_shape(f"{path}.vectors.npy")[0] for path in shards)
    by_document = settings.documents is not None
    write_description(folder, Description(side.language, model, by_document, width, rows))
    for unfinished in files.find(folder, ".tmp"):
        files.remove(unfinished)
    return sum(rows)
