"""Tasks whose words have labels: entities and, for instance, parts of speech."""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from tfmling.corpora.annotated.examples import TaggedSentence
from tfmling.corpora.annotated.schemes import OUTSIDE, Scheme
from tfmling.corpora.corpus import CorpusError
from tfmling.tagging.accuracy import word_accuracy
from tfmling.tagging.entity_f1 import entity_scores
from tfmling.tagging.label_names import entity_labels, numbered, word_labels
from tfmling.tagging.settings import (
    AnyHead,
    EntityCorpora,
    TaggerConfig,
    TaggingInputs,
    WordCorpora,
)
from tfmling.tagging.task import Prepared, TaggingScores, TaggingTask
from tfmling.tagging.word_rows import join_windows, word_rows
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer


class WordTask(TaggingTask):
    """A label a word, each for itself.

    Attributes:
        names: the labels of the training data; a word with another one counts as wrong, and under
            `unknown_gold_labels` in `counts`.
    """

    METRIC: ClassVar = "accuracy"

    def __init__(self, settings: WordCorpora | EntityCorpora):
        super().__init__(settings)
        self.names = self._names()
        for part, items in {"development": self.development, **self.test}.items():
            self.count_unknown_labels(part, items)

    def count_unknown_labels(self, part: str, items: Sequence[TaggedSentence]) -> None:
        """Counts the words whose labels training never saw, which nothing can get right."""
        unknown = sum(label not in self.names for item in items for label in item.labels)
        if unknown:
            self.counts[part]["unknown_gold_labels"] = unknown

    def _names(self) -> list[str]:
        return word_labels(self.train)

    def description(self, head: AnyHead) -> TaggerConfig:
        """A tagger of words."""
        return TaggerConfig(head=head, unit="words", labels=self.names)

    def prepare(
        self, items: Sequence[TaggedSentence], tokenizer: SubwordTokenizer, inputs: TaggingInputs
    ) -> Prepared:
        """One row a window."""
        found = word_rows(items, tokenizer, numbered(self.names), inputs)
        notes = Counter(windowed_sentences=found.windowed, shortened_words=found.shortened)
        return Prepared(found.rows, lambda labels: join_windows(found, labels), notes)

    def score(
        self, items: Sequence[TaggedSentence], predicted: Sequence[Sequence[int]]
    ) -> TaggingScores:
        """Accuracy."""
        return TaggingScores(word_accuracy([item.labels for item in items], self.named(predicted)))

    def named(self, predicted: Sequence[Sequence[int]]) -> list[list[str]]:
        """Labels for their numbers."""
        return [[self.names[number] for number in labels] for labels in predicted]


class EntityTask(WordTask):
    """Named entities.

    Attributes:
        scheme: of all labels.
    """

    METRIC: ClassVar = "f1"

    def __init__(self, settings: EntityCorpora):
        self.scheme: Scheme = settings.scheme
        super().__init__(settings)

    def _names(self) -> list[str]:
        for items in (self.development, *self.test.values()):
            self._labels(items)  # labels of another scheme would score as wrong
        return self._labels(self.train)

    def _labels(self, items: Sequence[TaggedSentence]) -> list[str]:
        labels = entity_labels(items, self.scheme)
        if labels == [OUTSIDE]:
            raise CorpusError(
                f"{items[0].location} and the {len(items) - 1} sentences after it: expected "
                "entities, found none: F1 is not defined; take another part, or larger samples"
            )
        return labels

    def description(self, head: AnyHead) -> TaggerConfig:
        """A tagger that keeps the scheme where its head can."""
        return TaggerConfig(head=head, unit="words", labels=self.names, scheme=self.scheme)

    def score(
        self, items: Sequence[TaggedSentence], predicted: Sequence[Sequence[int]]
    ) -> TaggingScores:
        """Entity F1."""
        gold = [item.labels for item in items]
        scores = entity_scores(gold, self.named(predicted), self.scheme)
        return TaggingScores(scores.overall, scores.by_type)
