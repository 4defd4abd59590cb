"""What corpora with labels have in common: files, a language, and what happens to bad lines."""

import abc
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Generic, Literal, TypeVar

from tfmling.core import config
from tfmling.corpora.annotated.aligned_pair import AlignedPair
from tfmling.corpora.annotated.labeled_pair import LabeledPair
from tfmling.corpora.annotated.problem import Problem
from tfmling.corpora.annotated.sample import Sample, draw
from tfmling.corpora.annotated.tagged_sentence import TaggedSentence
from tfmling.corpora.corpus import CorpusError, MaxLineBytes, Task, expand_files

Item = TypeVar("Item", TaggedSentence, LabeledPair, AlignedPair)

_SHOWN = 5  # problems that an error lists; the others are counted


class AnnotatedCorpus(config.Settings, abc.ABC, Generic[Item]):
    """One or more files of labelled text.

    Attributes:
        bad_lines: `error` stops at a file with lines that cannot be used and lists them; `skip`
            leaves out their sentences and counts them.
        max_line_bytes: a longer line is a bad line.
        sample: which sentences are taken; each sample is drawn from what the one before left.
    """

    bad_lines: Literal["error", "skip"] = "error"
    max_line_bytes: MaxLineBytes = 1 << 20
    sample: tuple[Sample, ...] = ()

    @abc.abstractmethod
    def tasks(self) -> list[Task]:
        """The files that are read together, in the order in which `read` takes them."""

    @abc.abstractmethod
    def read(self, *paths: str) -> Iterator[Item | Problem]:
        """Yields what one task holds in order, and what is wrong with it."""

    def read_all(self) -> tuple[list[Item], Counter[str]]:
        """Everything of all files, and how often what was not as expected.

        Returns:
            The sentences or pairs, and counts by reason (`wordless_sentence`, `repaired_label` and,
            with `bad_lines: skip`, the reasons of bad lines).

        Raises:
            CorpusError: a bad line with `bad_lines: error`, a missing file, no sentence at all, or
                fewer than a sample asks for.
        """
        items: list[Item] = []
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
            raise CorpusError(f"{self.tasks()}: expected labelled text, found none")
        for sample in self.sample:
            items = draw(items, sample, f"{self.tasks()}")
        return items, counts


class AnnotatedFiles(AnnotatedCorpus[Item]):
    """Labelled text whose files are each read by themselves.

    Attributes:
        path: a file or a pattern, gzip by the extension .gz.
    """

    path: config.InputPath

    def tasks(self) -> list[Task]:
        """Each file is read by itself."""
        return [(path,) for path in expand_files(self.path)]


def _refuse(problems: Iterable[Problem]) -> None:
    listed = [str(problem) for problem in problems]
    if listed:
        more = f"\nand {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
        raise CorpusError(
            "\n".join(listed[:_SHOWN]) + more + "\nRepair the file, or set bad_lines: skip"
        )
