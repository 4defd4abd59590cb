"""Tagging tasks: data in memory, its labels, the rows of a model, and scores."""

import abc
import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

import numpy as np

from tfmling.corpora.annotated.annotated_corpus import AnnotatedCorpus
from tfmling.corpora.annotated.examples import LabeledPair, TaggedSentence
from tfmling.corpora.annotated.schemes import (
    OUTSIDE,
    Scheme,
    belongs,
    expected_prefixes,
    split_label,
    violations,
)
from tfmling.corpora.corpus import CorpusError
from tfmling.tagging.rows import Row, join_windows, pair_rows, word_rows
from tfmling.tagging.scores import TaggingScores, entity_scores, pair_accuracy, word_accuracy
from tfmling.tagging.settings import (
    AnyHead,
    AnyTask,
    EntityCorpora,
    PairCorpora,
    TaggerConfig,
    TaggingInputs,
    WordCorpora,
)
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer


@dataclasses.dataclass(frozen=True)
class Prepared:
    """Sentences or pairs as rows.

    Attributes:
        rows: the examples of batches.
        join: converts the predictions of rows to those of sentences or pairs.
        notes: number of sentences, words or pairs that were windowed or cut.

    Example:
        >>> from tfmling.tokenizers.build_tokenizer import build_tokenizer
        >>> _ = open("train.txt", "w").write("ab NOUN\\nc VERB\\n")
        >>> corpus = dict(format="conll", path="train.txt", language="sw")
        >>> task = WordTask(WordCorpora(kind="words", train=[corpus], development=[corpus]))
        >>> tokenizer = build_tokenizer(encoder.vocabulary)
        >>> prepared = task.prepare(task.train, tokenizer, TaggingInputs())
        >>> prepared.join([np.array([0, 1])])  # predicted for the words of the only row
        [[0, 1]]
    """

    rows: list[Row]
    join: Callable[[Sequence[np.ndarray]], list[Any]]
    notes: Counter[str]


class TaggingTask(abc.ABC):
    """The data of one task, read as a whole before anything is trained.

    Attributes:
        METRIC: the score that selects the best epoch; `_low` and `_high` are its interval.
        train: sentences or pairs.
        development: the same.
        test: the same by test set.
        counts: number of items and of problems in the files, by part.
        labels: the labels by id.
    """

    METRIC: ClassVar[str]
    labels: list[str]

    def __init__(self, settings: AnyTask):
        self.counts: dict[str, dict[str, int]] = {}
        self.train = self._read("train", settings.train)
        self.development = self._read("development", settings.development)
        self.test = {name: self._read(name, [corpus]) for name, corpus in settings.test.items()}

    @abc.abstractmethod
    def config(self, head: AnyHead) -> TaggerConfig:
        """Return the config of a tagger for this task."""

    @abc.abstractmethod
    def prepare(
        self, items: Sequence[Any], tokenizer: SubwordTokenizer, inputs: TaggingInputs
    ) -> Prepared:
        """Tokenize sentences or pairs."""

    @abc.abstractmethod
    def score(self, items: Sequence[Any], predicted: Sequence[Any]) -> TaggingScores:
        """Score label ids, as `Prepared.join` returns them."""

    @property
    def ids(self) -> dict[str, int]:
        """Label -> id."""
        return {label: number for number, label in enumerate(self.labels)}

    def _read(self, part: str, corpora: Sequence[AnnotatedCorpus[Any]]) -> list[Any]:
        items, counts = [], Counter[str]()
        for corpus in corpora:
            own, own_counts = corpus.read_all()
            items += own
            counts += own_counts
        self.counts[part] = {"items": len(items), **counts}
        return items


class WordTask(TaggingTask):
    """One label per word, scored by accuracy.

    Words whose labels are missing in the training data count as wrong, and are counted as
    `unknown_gold_labels`.

    Example:
        >>> _ = open("train.txt", "w").write("Paka NOUN\\nanalala VERB\\n")
        >>> corpus = dict(format="conll", path="train.txt", language="sw")
        >>> task = WordTask(WordCorpora(kind="words", train=[corpus], development=[corpus]))
        >>> task.score(task.development, [[0, 0]]).overall["accuracy"]  # both as nouns
        0.5
    """

    METRIC: ClassVar = "accuracy"

    def __init__(self, settings: WordCorpora | EntityCorpora):
        super().__init__(settings)
        self.labels = self._labels()
        for part, items in {"development": self.development, **self.test}.items():
            self.count_unknown_labels(part, items)

    def count_unknown_labels(self, part: str, items: Sequence[TaggedSentence]) -> None:
        """Count the words whose labels are missing in the training data."""
        unknown = sum(label not in self.labels for item in items for label in item.labels)
        if unknown:
            self.counts[part]["unknown_gold_labels"] = unknown

    def _labels(self) -> list[str]:
        return sorted({label for sentence in self.train for label in sentence.labels})

    def config(self, head: AnyHead) -> TaggerConfig:
        """Return the config of a tagger of words."""
        return TaggerConfig(head=head, unit="words", labels=self.labels)

    def prepare(
        self, items: Sequence[TaggedSentence], tokenizer: SubwordTokenizer, inputs: TaggingInputs
    ) -> Prepared:
        """Tokenize sentences, one row per window."""
        found = word_rows(items, tokenizer, self.ids, inputs)
        notes = Counter(windowed_sentences=found.windowed, shortened_words=found.shortened)
        return Prepared(found.rows, lambda labels: join_windows(found, labels), notes)

    def score(
        self, items: Sequence[TaggedSentence], predicted: Sequence[Sequence[int]]
    ) -> TaggingScores:
        """Compute accuracy."""
        gold = [item.labels for item in items]
        return TaggingScores(word_accuracy(gold, self._as_labels(predicted)))

    def _as_labels(self, predicted: Sequence[Sequence[int]]) -> list[list[str]]:
        return [[self.labels[number] for number in ids] for ids in predicted]


class EntityTask(WordTask):
    """Named entities, scored by F1.

    Example:
        >>> _ = open("train.txt", "w").write("Anaishi O\\nNairobi B-LOC\\n")
        >>> corpus = dict(format="conll", path="train.txt", language="sw")
        >>> task = EntityTask(EntityCorpora(kind="entities", train=[corpus], development=[corpus]))
        >>> task.labels
        ['O', 'B-LOC', 'I-LOC']
    """

    METRIC: ClassVar = "f1"

    def __init__(self, settings: EntityCorpora):
        self.scheme: Scheme = settings.scheme
        super().__init__(settings)

    def _labels(self) -> list[str]:
        for items in (self.development, *self.test.values()):
            self._labels_of(items)  # labels of another scheme would score as wrong
        return self._labels_of(self.train)

    def _labels_of(self, items: Sequence[TaggedSentence]) -> list[str]:
        labels = entity_labels(items, self.scheme)
        if labels == [OUTSIDE]:
            raise CorpusError(
                f"{items[0].location} and the {len(items) - 1} sentences after it: expected "
                "entities, found none: F1 is not defined; take another part, or larger samples"
            )
        return labels

    def config(self, head: AnyHead) -> TaggerConfig:
        """Return the config of a tagger that knows the scheme."""
        return TaggerConfig(head=head, unit="words", labels=self.labels, scheme=self.scheme)

    def score(
        self, items: Sequence[TaggedSentence], predicted: Sequence[Sequence[int]]
    ) -> TaggingScores:
        """Compute entity F1."""
        return entity_scores(
            [item.labels for item in items], self._as_labels(predicted), self.scheme
        )


class PairTask(TaggingTask):
    """One label per sentence pair, scored by accuracy.

    Raises:
        CorpusError: a label of another part is missing in the training data, most likely because
            it is spelled differently.

    Example:
        >>> row = "Paka analala.\\tMnyama analala.\\tentailment\\n"  # cat, animal
        >>> _ = open("sw.tsv", "w").write("premise\\thypothesis\\tlabel\\n" + row)
        >>> corpus = dict(format="xnli", path="sw.tsv", language="sw")
        >>> PairTask(PairCorpora(kind="pairs", train=[corpus], development=[corpus])).labels
        ['entailment']
    """

    METRIC: ClassVar = "accuracy"

    def __init__(self, settings: PairCorpora):
        super().__init__(settings)
        self.labels = sorted({pair.label for pair in self.train})
        for items in (self.development, *self.test.values()):
            unknown = [pair for pair in items if pair.label not in self.labels]
            if unknown:
                raise CorpusError(
                    f"{unknown[0].location}: expected labels of the training data, which are "
                    f"{', '.join(self.labels)}; got {unknown[0].label!r}, and {len(unknown)} such "
                    "pairs in all; spell the labels of all files alike"
                )

    def config(self, head: AnyHead) -> TaggerConfig:
        """Return the config of a classifier of pairs."""
        return TaggerConfig(head=head, unit="pairs", labels=self.labels)

    def prepare(
        self, items: Sequence[LabeledPair], tokenizer: SubwordTokenizer, inputs: TaggingInputs
    ) -> Prepared:
        """Tokenize pairs, one row per pair."""
        rows, cut = pair_rows(items, tokenizer, self.ids, inputs)
        return Prepared(rows, lambda ids: [int(own) for own in ids], Counter(cut_pairs=cut))

    def score(self, items: Sequence[LabeledPair], predicted: Sequence[int]) -> TaggingScores:
        """Compute accuracy."""
        labels = [self.labels[number] for number in predicted]
        return TaggingScores(pair_accuracy([pair.label for pair in items], labels))


def read_task(settings: AnyTask) -> TaggingTask:
    """Read all data of a task.

    Raises:
        CorpusError: names the file and line that cannot be used.

    Example:
        >>> _ = open("train.txt", "w").write("Paka NOUN\\nanalala VERB\\n")
        >>> corpus = dict(format="conll", path="train.txt", language="sw")
        >>> task = read_task(WordCorpora(kind="words", train=[corpus], development=[corpus]))
        >>> task.labels, task.counts["train"]
        (['NOUN', 'VERB'], {'items': 1})
    """
    if isinstance(settings, EntityCorpora):
        return EntityTask(settings)
    return WordTask(settings) if isinstance(settings, WordCorpora) else PairTask(settings)


def entity_labels(sentences: Iterable[TaggedSentence], scheme: Scheme) -> list[str]:
    """Return `O` and every prefix of the scheme with every occurring type, sorted by type.

    Prefixes that do not occur are included; without them, some sequences that the scheme allows
    would have no label for their next word.

    Raises:
        CorpusError: a label is of another scheme, or out of order.

    Example:
        >>> entity_labels([TaggedSentence(("in", "Berlin"), ("O", "B-LOC"), "train.txt:1")], "IOB2")
        ['O', 'B-LOC', 'I-LOC']
    """
    types: set[str] = set()
    for sentence in sentences:
        _check_labels(sentence, scheme)
        types |= {split_label(label)[1] for label in sentence.labels if label != OUTSIDE}
    possible = (f"{prefix}-{name}" for name in sorted(types) for prefix in "BIELSU")
    return [OUTSIDE, *(label for label in possible if belongs(label, scheme))]


def _check_labels(sentence: TaggedSentence, scheme: Scheme) -> None:
    foreign = [label for label in sentence.labels if not belongs(label, scheme)]
    if foreign:
        raise CorpusError(
            f"{sentence.location}: expected labels {expected_prefixes(scheme)}, got "
            f"{foreign[0]!r}; set task.scheme, or convert the corpus by tags.scheme and "
            "tags.convert_to"
        )
    if violations(sentence.labels, scheme):
        raise CorpusError(
            f"{sentence.location}: the labels {' '.join(sentence.labels)} break {scheme}; set "
            f"tags: {{scheme: {scheme}, repair: true}} on the corpus"
        )
