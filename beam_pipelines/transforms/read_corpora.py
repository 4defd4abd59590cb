"""Read corpora, one task at a time, and measure their files."""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apache_beam as beam

from tfmling.core import files, manifest
from tfmling.corpora.corpus import BitextCorpus, CorpusError, MonolingualCorpus, Task
from tfmling.corpora.documents import Rejected

_LOGGER = logging.getLogger(__name__)
_MAX_ITEMS = 4096
_MAX_CHARACTERS = 1 << 19

Corpus = MonolingualCorpus | BitextCorpus

# number of the task, number of tasks, index of the corpus, its files
NumberedTask = tuple[int, int, int, Task]


class ReadCorpora(beam.PTransform):
    """Reads batches of documents or pairs from all corpora, and `Rejected` for unreadable parts.

    Example:
        >>> from tfmling.corpora.plain_text import PlainText
        >>> files.write_text("a.txt", "Habari ya leo?")
        >>> corpus = PlainText(format="plain_text", path="a.txt", language="sw")
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     documents = pipeline | ReadCorpora([corpus])
        ...     _ = documents | beam.Map(lambda document: print(document.paragraphs))
        ('Habari ya leo?',)
    """

    def __init__(self, corpora: Sequence[Corpus]):
        super().__init__()
        self._corpora = list(corpora)

    def expand(self, pipeline: beam.Pipeline) -> beam.PCollection:
        """Distribute the tasks to workers; their content is not shuffled."""
        return (
            pipeline
            | "Tasks" >> beam.Create(numbered_tasks(self._corpora))
            | "Read" >> beam.ParDo(_ReadTask(self._corpora))
        )


def numbered_tasks(corpora: Sequence[Corpus]) -> list[NumberedTask]:
    """Return all tasks of all corpora.

    Raises:
        CorpusError: files cannot be paired, or all files of a corpus are empty.

    Example:
        >>> from tfmling.corpora.plain_text import PlainText
        >>> files.write_text("a.txt", "Habari"); files.write_text("b.txt", "Maji")
        >>> numbered_tasks([PlainText(format="plain_text", path="*.txt", language="sw")])
        [(1, 2, 0, ('a.txt',)), (2, 2, 0, ('b.txt',))]
    """
    tasks = [(index, task) for index, corpus in enumerate(corpora) for task in _tasks(corpus)]
    return [(n, len(tasks), index, task) for n, (index, task) in enumerate(tasks, start=1)]


def _tasks(corpus: Corpus) -> list[Task]:
    tasks = list(corpus.tasks())
    paths = [path for task in tasks for path in task]
    if all(files.size(path) == 0 for path in paths):
        raise CorpusError(f"{', '.join(paths[:3])}: expected text, found a file of 0 bytes")
    return tasks


class _ReadTask(beam.DoFn):
    def __init__(self, corpora: list[Corpus]):
        self._corpora = corpora

    @beam.DoFn.yields_batches
    def process(self, element: NumberedTask) -> Iterator[list[Any]]:
        number, of, index, task = element
        started, items = time.monotonic(), 0
        read_any = False
        for batch in batches(self._corpora[index].read(*task)):
            items += len(batch)
            read_any = read_any or any(not isinstance(item, Rejected) for item in batch)
            yield batch
        if not read_any:
            _LOGGER.warning("%s: nothing could be read, %d items rejected", ", ".join(task), items)
        seconds = time.monotonic() - started
        _LOGGER.info("read %d/%d %s: %d items, %.1f s", number, of, ", ".join(task), items, seconds)

    def infer_output_type(self, input_type: Any) -> Any:
        return Any  # of one element; otherwise Beam infers it from the bytecode of `process`


def batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    """Group items with `characters` into lists of limited number and length.

    Example:
        >>> lines = [Rejected(f"a.txt:{n}", "sw", "empty", "") for n in range(5000)]
        >>> [len(batch) for batch in batches(lines)]
        [4096, 904]
    """
    batch: list[Any] = []
    characters = 0
    for item in items:
        batch.append(item)
        characters += item.characters
        if len(batch) >= _MAX_ITEMS or characters >= _MAX_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


SOURCES = "sources.json"

# corpus (its index in the settings), file, bytes, SHA-256
Source = dict[str, Any]


class WriteSources(beam.PTransform):
    """Writes `sources.json`: the files of all corpora with size and, with `checksums`, SHA-256.

    Example:
        >>> from tfmling.corpora.plain_text import PlainText
        >>> files.write_text("a.txt", "Habari")
        >>> corpus = PlainText(format="plain_text", path="a.txt", language="sw")
        >>> with beam.Pipeline("FnApiRunner") as pipeline:
        ...     _ = pipeline | WriteSources([corpus], folder, checksums=False)
        >>> '"bytes": 6' in files.read_text("sources.json")
        True
    """

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
        """Measure each file in one worker."""
        return (
            pipeline
            | "Files" >> beam.Create(self._files)
            | "Measure" >> beam.Map(_measure, self._checksums)
            | "Gather" >> beam.combiners.ToList()
            | "Write" >> beam.Map(_write, self._folder)
        )


def measure_source(corpus: int, path: str, *, checksum: bool) -> Source:
    """Return the size of a file and, with `checksum`, the SHA-256 of its stored bytes.

    Example:
        >>> files.write_text("a.txt", "Habari")
        >>> measure_source(0, "a.txt", checksum=False)
        {'corpus': 0, 'file': 'a.txt', 'bytes': 6, 'sha256': None}
    """
    digest = manifest.hash_file(path) if checksum else None
    return {"corpus": corpus, "file": path, "bytes": files.size(path), "sha256": digest}


def _write(sources: list[Source], folder: str) -> None:
    ordered = sorted(sources, key=lambda source: (source["corpus"], source["file"]))
    files.write_json(files.join(folder, SOURCES), ordered)


def _measure(numbered: tuple[int, str], checksum: bool) -> Source:
    return measure_source(*numbered, checksum=checksum)
