"""mine_bitext: both sides to vectors, then neighbors, pairs, files and the report."""

import contextlib
import functools
import logging
from collections.abc import Sequence
from typing import Any

import apache_beam as beam

from beam_pipelines import runner
from beam_pipelines.mining import embed
from beam_pipelines.mining.match import MatchPairs
from beam_pipelines.mining.neighbors import WriteNeighbors
from beam_pipelines.mining.page import write_mining_report
from beam_pipelines.mining.search import FindNeighbors
from beam_pipelines.mining.settings import MineBitext, Side
from beam_pipelines.mining.write_pairs import WritePairs, join_scores
from beam_pipelines.transforms.stats import with_stats, write_counts, write_rejected
from beam_pipelines.transforms.write_shards import complete_shards
from tfmling.core import config, extras, files, folders
from tfmling.core.json_values import read_json
from tfmling.embedding.model_files import find_saved_model
from tfmling.mining.documents import ByList
from tfmling.mining.indexes import EXTRA, FaissIndex
from tfmling.mining.vectors import VectorFolder, VectorsError, check_same_model, model_version

_LOGGER = logging.getLogger(__name__)


def mine_bitext(settings: MineBitext, flags: Sequence[str]) -> dict[str, Any]:
    """Embed both sides, match their sentences, and publish the pairs.

    Returns:
        The counts of sentences by language, and of pairs by both languages.

    Raises:
        config.ConfigError: the folder of the model holds none.
        CorpusError: a known pair cannot be read.
        VectorsError: the sides cannot be mined together.
        BusyError: another run writes the same folder of vectors.
        ImportError: the index needs a package that is not installed.
    """
    runner.log_to_stderr()
    if isinstance(settings.index, FaissIndex):
        extras.require("faiss", EXTRA)
    settings.known_pairs()  # report errors now, and not in a worker after hours
    if isinstance(settings.documents, ByList):
        settings.documents.read()  # report errors now
    model = _model(settings)
    given = _given(settings, model[1])
    with _only_writer(settings):
        source, target = _sides(settings, flags, model, given)
        check_same_model(source, target)
        build = functools.partial(_build, source=source, target=target)
        finish = functools.partial(_finish, source=source, target=target)
        return runner.run(settings, flags, build, finish)


def _only_writer(settings: MineBitext) -> contextlib.AbstractContextManager[None]:
    """Lock the folder of vectors, if any are written."""
    if settings.kept_folders():
        return folders.only_writer(settings.work_folder)
    return contextlib.nullcontext()


def _model(settings: MineBitext) -> tuple[str, str]:
    """Return the folder of the SavedModel and its version, both empty if none is needed."""
    if settings.model is None:
        return "", ""
    found = find_saved_model(files.resolve_package(settings.model))
    if found is None:
        raise config.ConfigError(
            f"model: {settings.model}: expected a SavedModel from strings to vectors, or a folder "
            "that export_tfhub wrote; found no saved_model.pb"
        )
    return found, model_version(found)


def _given(settings: MineBitext, model: str) -> dict[str, VectorFolder]:
    """Open and check the sides with vectors."""
    sides = {"source": settings.source, "target": settings.target}
    given = {name: VectorFolder(side.vectors) for name, side in sides.items() if side.vectors}
    for name, folder in given.items():
        _check(folder, sides[name], settings, model)
    return given


def _sides(
    settings: MineBitext,
    flags: Sequence[str],
    model: tuple[str, str],
    given: dict[str, VectorFolder],
) -> list[VectorFolder]:
    """Return the vectors of source and target, embedding those that are missing."""
    sides = {"source": settings.source, "target": settings.target}
    return [
        given.get(name) or _embed(side, name, settings, flags, model)
        for name, side in sides.items()
    ]


def _embed(
    side: Side, name: str, settings: MineBitext, flags: Sequence[str], model: tuple[str, str]
) -> VectorFolder:
    path = files.join(settings.work_folder, name)
    _LOGGER.info("embedding %s into %s", side.language, path)
    embed.begin(path, model[1], settings)
    with runner.run_at_the_end(runner.pipeline_options(flags)) as pipeline:
        embed.build(pipeline, side, settings, path, model)
    embed.finish(side, settings, path, model[1])
    return VectorFolder(path)


def _check(folder: VectorFolder, side: Side, settings: MineBitext, model: str) -> None:
    found = folder.description
    if found.language != side.language:
        raise VectorsError(
            f"{folder.path}: expected vectors of {side.language}, got {found.language}"
        )
    if model and found.model != model:
        raise VectorsError(
            f"{folder.path}: made by another model ({found.model[:12]}) than `model` "
            f"({model[:12]}); build it again from its corpora"
        )
    by_document = settings.documents is not None
    if found.by_document != by_document:
        made, here = ("with" if each else "without" for each in (found.by_document, by_document))
        raise VectorsError(
            f"{folder.path}: made {made} `documents`, expected {here}, as in this run; texts are "
            "unique in a document or in all; build it again from its corpora"
        )


def _build(
    pipeline: beam.Pipeline,
    settings: MineBitext,
    folder: str,
    *,
    source: VectorFolder,
    target: VectorFolder,
) -> None:
    write = WriteNeighbors(folder, settings.neighbors, source, target)
    matched = (
        pipeline
        | "Neighbors" >> FindNeighbors(settings, source, target)
        | "WriteNeighbors" >> beam.ParDo(write)
        | "ToOne" >> beam.Map(lambda shard: (None, shard))
        | "WaitForAll" >> beam.GroupByKey()
        | "Match" >> with_stats(MatchPairs(settings, folder, source, target))
    )
    written = (
        matched.items
        | "DistributePairs" >> beam.Reshuffle()
        | "WritePairs" >> with_stats(WritePairs(settings, folder, source, target))
    )
    write_counts([matched, written], folder)
    write_rejected([matched, written], folder, settings.rejected_samples)


def _finish(
    settings: MineBitext, folder: str, *, source: VectorFolder, target: VectorFolder
) -> None:
    complete_shards(folder, "sentence_pairs", settings.num_shards)
    join_scores(folder, settings.num_shards)
    _add_counts(folder, [source.path, target.path])
    write_mining_report(settings, folder)


def _add_counts(folder: str, sides: Sequence[str]) -> None:
    """Insert the counts and rejected sentences of both sides before those of the pairs."""
    counts: dict[str, Any] = {}
    rejected = ""
    for each in [*sides, folder]:
        counts |= read_json(files.join(each, "counts.json"))
        rejected += files.read_text(files.join(each, "rejected.jsonl"))
    files.write_json(files.join(folder, "counts.json"), counts)
    files.write_text(files.join(folder, "rejected.jsonl"), rejected)
