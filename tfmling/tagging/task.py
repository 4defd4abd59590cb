"""What a labelling task is: data, labels, rows of a batch, and a score."""

import abc
import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np

from tfmling.core.intervals import Scores
from tfmling.corpora.annotated.annotated_corpus import AnnotatedCorpus
from tfmling.tagging.rows import Row
from tfmling.tagging.settings import AnyHead, TaggerConfig, TaggingInputs
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer


@dataclasses.dataclass(frozen=True)
class Prepared:
    """Sentences or pairs as rows.

    Attributes:
        rows: what batches are made of.
        join: from the label numbers that each row was given to those of each sentence or pair.
        notes: how many were windowed or cut, by what happened to them.
    """

    rows: list[Row]
    join: Callable[[Sequence[np.ndarray]], list[Any]]
    notes: Counter[str]


@dataclasses.dataclass(frozen=True)
class TaggingScores:
    """Scores of one test set, of which `figures[measure]` is the one that counts."""

    overall: Scores
    by_type: dict[str, Scores] = dataclasses.field(default_factory=dict)


class TaggingTask(abc.ABC):
    """Data of one task in memory, read whole before anything is trained.

    Attributes:
        METRIC: the figure by which epochs are compared; `_low` and `_high` stand beside it.
        train: sentences or pairs.
        development: the same.
        test: the same by the name of a test set.
        counts: what was not as expected in the files, by part and reason.
    """

    METRIC: ClassVar[str]

    def __init__(self, settings: Any):
        self.counts: dict[str, dict[str, int]] = {}
        self.train = self._read("train", settings.train)
        self.development = self._read("development", settings.development)
        self.test = {name: self._read(name, [corpus]) for name, corpus in settings.test.items()}

    @abc.abstractmethod
    def description(self, head: AnyHead) -> TaggerConfig:
        """A tagger for this task."""

    @abc.abstractmethod
    def prepare(
        self, items: Sequence[Any], tokenizer: SubwordTokenizer, inputs: TaggingInputs
    ) -> Prepared:
        """Sentences or pairs as rows."""

    @abc.abstractmethod
    def score(self, items: Sequence[Any], predicted: Sequence[Any]) -> TaggingScores:
        """Of label numbers as `Prepared.join` gives them."""

    def _read(self, part: str, corpora: Sequence[AnnotatedCorpus[Any]]) -> list[Any]:
        items, counts = [], Counter[str]()
        for corpus in corpora:
            own, own_counts = corpus.read_all()
            items += own
            counts += own_counts
        self.counts[part] = {"items": len(items), **counts}
        return items
