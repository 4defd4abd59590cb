"""What was read: the files of all corpora with size and SHA-256, measured by the workers."""

import hashlib
from collections.abc import Sequence
from typing import IO, Any

import apache_beam as beam

from tfmling.core import files
from tfmling.corpora.corpus import BitextCorpus, MonolingualCorpus

_CHUNK = 1 << 20
SOURCES = "sources.json"

# corpus (its place in the settings), file, bytes, SHA-256
Source = dict[str, Any]


class WriteSources(beam.PTransform):
    """Writes `sources.json`; with `checksums` false the files are not read for it."""

    def __init__(
        self,
        corpora: Sequence[MonolingualCorpus | BitextCorpus],
        folder: str,
        checksums: bool,
    ):
        super().__init__()
        self._files = [
            (index, path)
            for index, corpus in enumerate(corpora)
            for task in corpus.tasks()
            for path in task
        ]
        self._folder = folder
        self._checksums = checksums

    def expand(self, pipeline: beam.Pipeline) -> beam.PCollection:
        """Each file is read by one worker."""
        return (
            pipeline
            | "Files" >> beam.Create(self._files)
            | "Measure" >> beam.Map(_measure, self._checksums)
            | "Gather" >> beam.combiners.ToList()
            | "Write" >> beam.Map(_write, self._folder)
        )


def measure_source(corpus: int, path: str, *, checksum: bool) -> Source:
    """The size of a file and the SHA-256 of its bytes as they are stored, or None."""
    digest = None
    if checksum:
        with files.open_binary(path) as file:
            digest = sha256(file)
    return {"corpus": corpus, "file": path, "bytes": files.size(path), "sha256": digest}


def sha256(file: IO[bytes]) -> str:
    """The digest of what is left of a file, in memory that does not grow with it."""
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _write(sources: list[Source], folder: str) -> None:
    ordered = sorted(sources, key=lambda source: (source["corpus"], source["file"]))
    files.write_json(files.join(folder, SOURCES), ordered)


def _measure(numbered: tuple[int, str], checksum: bool) -> Source:
    return measure_source(*numbered, checksum=checksum)
