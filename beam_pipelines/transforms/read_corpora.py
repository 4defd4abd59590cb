"""Corpora to batches of what their formats give; one file, or one pair of files, at a time."""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import apache_beam as beam

from tfmling.core import files
from tfmling.corpora.corpus import BitextCorpus, CorpusError, MonolingualCorpus, Task
from tfmling.corpora.documents import Rejected

_LOGGER = logging.getLogger(__name__)
_MAX_ITEMS = 4096
_MAX_CHARACTERS = 1 << 19

Corpus = MonolingualCorpus | BitextCorpus

# number, of how many, which corpus, its files
NumberedTask = tuple[int, int, int, Task]


class ReadCorpora(beam.PTransform):
    """Documents or pairs of all corpora, and `Rejected` for what could not be read."""

    def __init__(self, corpora: Sequence[Corpus]):
        super().__init__()
        self._corpora = list(corpora)

    def expand(self, pipeline: beam.Pipeline) -> beam.PCollection:
        """The files are dealt out to workers; what is in them is not shuffled."""
        return (
            pipeline
            | "Tasks" >> beam.Create(numbered_tasks(self._corpora))
            | "Read" >> beam.ParDo(_ReadTask(self._corpora))
        )


def numbered_tasks(corpora: Sequence[Corpus]) -> list[NumberedTask]:
    """All tasks of all corpora.

    Raises:
        CorpusError: files do not fit together, or all files of a corpus are empty.
    """
    for corpus in corpora:
        _refuse_empty_files(corpus)
    tasks = [(index, task) for index, corpus in enumerate(corpora) for task in corpus.tasks()]
    return [(n, len(tasks), index, task) for n, (index, task) in enumerate(tasks, start=1)]


def _refuse_empty_files(corpus: Corpus) -> None:
    paths = [path for task in corpus.tasks() for path in task]
    if all(files.size(path) == 0 for path in paths):
        raise CorpusError(f"{', '.join(paths[:3])}: expected text, found a file of 0 bytes")


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
        return Any  # of one element; Beam would guess it from the bytecode of `process`


def batches(items: Iterable[Any]) -> Iterator[list[Any]]:
    """Parts items with `characters` into lists that are short in number and in length."""
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
