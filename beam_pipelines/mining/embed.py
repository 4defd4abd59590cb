"""The pipeline of one side: read > clean > group by shard > embed > a folder of vectors.

The folder is kept between runs. A shard with unchanged sentences is not embedded again, so that a
stopped run resumes.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from beam_pipelines.mining.embed_shard import EmbedShard, complete_vectors
from beam_pipelines.mining.settings import MineBitext, Side
from beam_pipelines.reports.page import write_report
from beam_pipelines.settings import BuildMonolingual
from beam_pipelines.transforms.clean import clean_documents
from beam_pipelines.transforms.deduplicate import reject
from beam_pipelines.transforms.items import Item
from beam_pipelines.transforms.read_corpora import ReadCorpora
from beam_pipelines.transforms.read_records import ReadRecords
from beam_pipelines.transforms.stats import Stats, with_stats, write_counts, write_rejected
from tfmling.core import files, folders, manifest, outputs
from tfmling.core.json_values import read_json
from tfmling.corpora.documents import Document
from tfmling.mining.vectors import VectorsError
from tfmling.records import example
from tfmling.text.fingerprints import fingerprint

_LOGGER = logging.getLogger(__name__)
_BEGUN = "begun.json"
_OURS = re.compile(
    r"(\d{5}-of-\d{5}\.\w+\.(npy|json)|(begun|counts|vectors)\.json|rejected\.jsonl|report\.html"
    r"|MANIFEST\.json)(\.entry\.json)?(\.[0-9a-f]{8}\.tmp)?"
)

# shard, (order of rows, document, fields of an Item); plain tuples, which Beam encodes fast
Keyed = tuple[int, list[tuple[bytes, str, tuple]]]


def begin(folder: str, model: str, settings: MineBitext) -> None:
    """Prepare a folder: remove the files of another model or number of shards.

    Example:
        >>> side, threshold = {"language": "sw", "vectors": "."}, {"kind": "value", "min_score": 1}
        >>> settings = MineBitext(output="out", source=side, target=side, threshold=threshold)
        >>> begin("vectors", "5f1c", settings)
        >>> read_json("vectors/begun.json")
        {'model': '5f1c', 'shards': 4, 'by_document': False}
    """
    begun = {
        "model": model,
        "shards": settings.vector_shards,
        "by_document": settings.documents is not None,
    }
    path = files.join(folder, _BEGUN)
    if not files.exists(path):
        _require_empty(folder)
        files.write_json(path, begun)
    elif read_json(path) != begun:
        _require_ours(folder)
        folders.remove_folder(folder)
        files.write_json(path, begun)
    elif manifest.has_manifest(folder):
        files.remove(files.join(folder, folders.MANIFEST))


def _require_empty(folder: str) -> None:
    for found in files.find(folder):
        raise VectorsError(
            f"{found}: expected a new or empty folder for vectors, or one of mine_bitext; "
            "set `work` to another folder"
        )


def _require_ours(folder: str) -> None:
    listed = manifest.read_manifest(folder).files if manifest.has_manifest(folder) else {}
    for found in files.find(folder):
        name = found.removeprefix(folder).lstrip("/")
        if name not in listed and not _OURS.fullmatch(name):
            raise VectorsError(
                f"{found}: expected only files of mine_bitext in its folder of vectors; move it "
                "away or set `work` to another folder"
            )


def build(
    pipeline: beam.Pipeline, side: Side, settings: MineBitext, folder: str, model: tuple[str, str]
) -> None:
    """Add all steps to a pipeline.

    Args:
        pipeline: the pipeline.
        side: the sentences to embed.
        settings: of mining.
        folder: the folder of vectors.
        model: its folder and its version.
    """
    read = list(_read(pipeline, side, settings))
    embed = EmbedShard(folder, settings, side, model)
    # every shard is written, also one whose earlier sentences are gone
    shards = pipeline | "Shards" >> beam.Create([(n, []) for n in range(settings.vector_shards)])
    embedded = (
        [shards, *(step.items for step in read)]
        | "Flatten" >> beam.Flatten()
        | "GroupByShard" >> beam.GroupByKey()
        | "Embed" >> with_stats(embed)
    )
    write_counts([*read, embedded], folder)
    write_rejected([*read, embedded], folder, settings.rejected_samples)


def _read(
    pipeline: beam.Pipeline, side: Side, settings: MineBitext
) -> Iterator[beam.pvalue.DoOutputsTuple]:
    if side.corpora:
        yield (
            pipeline
            | "Corpora" >> ReadCorpora(side.corpora)
            | "Clean" >> with_stats(_CleanSide(side, settings))
        )
    for number, folder in enumerate(side.records):
        yield (
            pipeline
            | f"Records{number}" >> ReadRecords([folder])
            | f"Decode{number}" >> with_stats(_DecodeRecords(side, settings, folder))
        )


class _CleanSide(beam.DoFn):
    """Batches of documents to sentences by shard."""

    def __init__(self, side: Side, settings: MineBitext):
        self._side = side
        self._settings = settings
        self._cleaning = BuildMonolingual(
            output="", corpora=side.corpora, filters=side.filters, unicode_form=side.unicode_form
        )

    @beam.DoFn.yields_elements
    def process_batch(self, batch: list[Any]) -> Iterator[Keyed]:
        stats = Stats()
        documents = [item for item in batch if isinstance(item, Document) and item.lines]
        names = {(item.path, item.lines[0]): item.uri or item.location for item in documents}
        kept = clean_documents(batch, self._cleaning, stats)
        of_language = _only(self._side.language, kept, stats)
        named = ((names[item.path, item.document_line], item) for item in of_language)
        yield from by_shard(named, self._settings)
        yield from stats.outputs(self._settings.rejected_samples)


class _DecodeRecords(beam.DoFn):
    """Batches of records of sentences to sentences by shard."""

    def __init__(self, side: Side, settings: MineBitext, folder: str):
        self._side = side
        self._settings = settings
        self._folder = folder

    @beam.DoFn.yields_elements
    def process_batch(self, batch: list[bytes]) -> Iterator[Keyed]:
        stats = Stats()
        kept = _only(self._side.language, self._items(batch, stats), stats)
        yield from by_shard(((self._folder, item) for item in kept), self._settings)
        yield from stats.outputs(self._settings.rejected_samples)

    def _items(self, batch: list[bytes], stats: Stats) -> Iterator[tuple[tuple[str, ...], Item]]:
        for record in batch:
            features = example.deserialize(record)
            if "text" not in features:
                raise VectorsError(f"{self._folder}: expected records of sentences, got pairs")
            text, language = str(features["text"]), str(features["language"])
            stats.count(language, "read", "sentences")
            yield (language,), Item(fingerprint(text), self._folder, 0, 0, 0, (text,))


def _only(
    language: str, keyed: Iterable[tuple[tuple[str, ...], Item]], stats: Stats
) -> Iterator[Item]:
    for languages, item in keyed:
        if languages == (language,):
            yield item
        else:
            stats.dropped(reject(item, languages, "other_language"))


def by_shard(named: Iterable[tuple[str, Item]], settings: MineBitext) -> Iterable[Keyed]:
    """Group sentences by shard; each shard is a range of fingerprints.

    They are fingerprints of sentences or, if documents stay whole, of documents.

    Example:
        >>> item = Item(b"\\xc0" + bytes(15), "a.txt", 1, 1, 0, ("Maji",))
        >>> side, threshold = {"language": "sw", "vectors": "."}, {"kind": "value", "min_score": 1}
        >>> settings = MineBitext(output="out", source=side, target=side, threshold=threshold)
        >>> [shard for shard, _ in by_shard([("a.txt:1", item)], settings)]  # 4 * 0xc0 / 0x100
        [3]
    """
    shards: dict[int, list[tuple[bytes, str, tuple]]] = {}
    for name, item in named:
        order = fingerprint(name) if settings.documents is not None else item.fingerprint
        shard = int.from_bytes(order[:8], "big") * settings.vector_shards >> 64
        shards.setdefault(shard, []).append((order, name, tuple(item)))
    return shards.items()


def finish(side: Side, settings: MineBitext, folder: str, model: str) -> None:
    """Write empty shards and the description of the folder, and mark it as complete."""
    rows = complete_vectors(folder, side, settings, model)
    write_report(folder, f"Sentences that are mined: {side.language}")
    outputs.write_manifest(settings, folder, named=folder)
    _LOGGER.info("%s: %d sentences", folder, rows)
