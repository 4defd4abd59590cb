"""What all annotated corpora share: files, samples, and the treatment of bad lines."""

import abc
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, Literal, TypeVar

import numpy as np
import pydantic

from tfmling.core import config
from tfmling.corpora.annotated.examples import AlignedPair, LabeledPair, Problem, TaggedSentence
from tfmling.corpora.corpus import CorpusError, MaxLineBytes, Task, expand_files

Example = TypeVar("Example", TaggedSentence, LabeledPair, AlignedPair)
Drawn = TypeVar("Drawn")

_SHOWN = 5  # problems listed by an error; the others are counted


class Sample(config.Settings):
    """The sentences `skip` to `skip + count` of a random order.

    Samples of one seed whose ranges do not overlap share no sentence; of two that begin together,
    the larger contains the smaller.

    Example:
        >>> words = ["mbwa", "nyumba", "paka"]
        >>> first = draw(words, Sample(count=1), "a.txt")
        >>> rest = draw(words, Sample(skip=1), "a.txt")
        >>> sorted(first + rest)
        ['mbwa', 'nyumba', 'paka']
    """

    seed: config.Seed = 1
    """Seed of the order."""
    skip: int = pydantic.Field(default=0, ge=0)
    """The number of sentences to skip."""
    count: int | None = pydantic.Field(default=None, ge=1)
    """Number of sentences to draw; null: all others."""


def draw(items: Sequence[Drawn], sample: Sample, source: str) -> list[Drawn]:
    """Draw a sample, in the order of `items`.

    Args:
        items: drawn from without repetition.
        sample: which of them.
        source: names the corpus in errors.

    Raises:
        CorpusError: there are too few items.

    Example:
        >>> draw(["mbwa", "nyumba", "paka"], Sample(count=3), "a.txt")
        ['mbwa', 'nyumba', 'paka']
    """
    needed = sample.skip + (sample.count or 1)
    if len(items) < needed:
        raise CorpusError(
            f"{source}: expected at least {needed} sentences for the sample ({sample}), got "
            f"{len(items)}; lower skip or count"
        )
    order = np.random.default_rng(sample.seed).permutation(len(items))
    end = None if sample.count is None else needed
    return [items[number] for number in sorted(order[sample.skip : end])]


class AnnotatedCorpus(config.Settings, abc.ABC, Generic[Example]):
    """One or more files of annotated text."""

    bad_lines: Literal["error", "skip"] = "error"
    """`error` stops at a file with unusable lines and lists them; `skip` drops their sentences and
    counts them.
    """
    max_line_bytes: MaxLineBytes = 1 << 20
    """A longer line is a bad line."""
    sample: tuple[Sample, ...] = ()
    """The sentences to use; each sample is drawn from the result of the previous one."""

    @abc.abstractmethod
    def tasks(self) -> list[Task]:
        """List the files that are read together, in the order of the arguments of `read`."""

    @abc.abstractmethod
    def read(self, *paths: str) -> Iterator[Example | Problem]:
        """Yield the examples of one task in order, and its problems."""

    def read_all(self) -> tuple[list[Example], Counter[str]]:
        """Read all files.

        Returns:
            The sentences or pairs, and the number of problems by reason: `wordless_sentence`,
            `repaired_label`, `other_language` and, with `bad_lines: skip`, those of bad lines.

        Raises:
            CorpusError: a bad line with `bad_lines: error`, a missing file, no sentence at all, or
                too few sentences for a sample.
        """
        items: list[Example] = []
        counts: Counter[str] = Counter()
        for task in self.tasks():
            found = list(self.read(*task))
            problems = [item for item in found if isinstance(item, Problem)]
            if self.bad_lines == "error":
                _refuse([problem for problem in problems if not problem.harmless])
            for problem in problems:
                counts[problem.reason] += problem.count
            items += [item for item in found if not isinstance(item, Problem)]
        if not items:
            raise CorpusError(f"{self.tasks()}: expected annotated text, found none")
        for sample in self.sample:
            items = draw(items, sample, f"{self.tasks()}")
        return items, counts


class AnnotatedFiles(AnnotatedCorpus[Example]):
    """Annotated text in files that are read one by one."""

    path: config.InputPath
    """A file or a pattern; files may be compressed."""

    def tasks(self) -> list[Task]:
        """List the files, each a task."""
        return [(path,) for path in expand_files(self.path)]


def _refuse(problems: Iterable[Problem]) -> None:
    listed = [str(problem) for problem in problems]
    if listed:
        more = f"\nand {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
        raise CorpusError(
            "\n".join(listed[:_SHOWN]) + more + "\nRepair the file, or set bad_lines: skip"
        )
