"""The task whose sentence pairs have labels."""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from tfmling.corpora.annotated.examples import LabeledPair
from tfmling.corpora.corpus import CorpusError
from tfmling.tagging.accuracy import pair_accuracy
from tfmling.tagging.label_names import numbered
from tfmling.tagging.pair_rows import pair_rows
from tfmling.tagging.settings import AnyHead, PairCorpora, TaggerConfig, TaggingInputs
from tfmling.tagging.task import Prepared, TaggingScores, TaggingTask
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer


class PairTask(TaggingTask):
    """A label a pair.

    Attributes:
        names: the labels of the training data, sorted.

    Raises:
        CorpusError: another part has a label that the training data has not.
    """

    METRIC: ClassVar = "accuracy"

    def __init__(self, settings: PairCorpora):
        super().__init__(settings)
        self.names = sorted({pair.label for pair in self.train})
        for items in (self.development, *self.test.values()):
            self._refuse_unknown(items)

    def _refuse_unknown(self, items: Sequence[LabeledPair]) -> None:
        unknown = [pair for pair in items if pair.label not in self.names]
        if unknown:
            raise CorpusError(
                f"{unknown[0].location}: expected labels of the training data, which are "
                f"{', '.join(self.names)}; got {unknown[0].label!r}, and {len(unknown)} such pairs "
                "in all, which nothing could get right; write the labels of all files alike"
            )

    def description(self, head: AnyHead) -> TaggerConfig:
        """A classifier of pairs."""
        return TaggerConfig(head=head, unit="pairs", labels=self.names)

    def prepare(
        self, items: Sequence[LabeledPair], tokenizer: SubwordTokenizer, inputs: TaggingInputs
    ) -> Prepared:
        """One row a pair."""
        rows, cut = pair_rows(items, tokenizer, numbered(self.names), inputs)
        return Prepared(rows, _as_numbers, Counter(cut_pairs=cut))

    def score(self, items: Sequence[LabeledPair], predicted: Sequence[int]) -> TaggingScores:
        """Accuracy."""
        labels = [self.names[number] for number in predicted]
        return TaggingScores(pair_accuracy([pair.label for pair in items], labels))


def _as_numbers(labels: Sequence[np.ndarray]) -> list[int]:
    return [int(label) for label in labels]
