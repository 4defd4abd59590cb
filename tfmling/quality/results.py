"""What train_quality found: held-out sentences, their probabilities, metrics.

Shapes: N sentences.
"""

import collections
import dataclasses
import functools

import numpy as np

from tfmling.quality.measure import Metrics, ScoredSentences
from tfmling.quality.settings import TrainQuality
from tfmling.quality.split import Split


@dataclasses.dataclass
class Results:
    """The results of one training.

    Attributes:
        settings: of the training.
        counts: what was read, by source.
        split: training and held-out sentences.
        probability: the model's probabilities of the held-out sentences, float64 [N].
        metrics: by name of the set.

    Example:
        >>> from tfmling.quality.examples import Example
        >>> test = [Example("Habari", "sw", True, "a", 0), Example("Home", "sw", False, "a", 0)]
        >>> source = {"kind": "pages", "name": "a", "path": folder, "language": "sw"}
        >>> settings = TrainQuality(output="out", sources=[source | {"main": {"kind": "element"}}])
        >>> results = Results(settings, {}, Split([], test, [False, False]), np.array([0.9, 0.7]))
        >>> results.mistakes(good=False, limit=5)
        [(0.7, 'Home')]
    """

    settings: TrainQuality
    counts: dict[str, collections.Counter[str]]
    split: Split
    probability: np.ndarray
    metrics: dict[str, Metrics] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def sets(self) -> dict[str, ScoredSentences]:
        """All held-out sentences; those unseen in training; those of each language and source."""
        test = self.split.test
        good_N, page_N = np.array([e.good for e in test]), np.array([e.page for e in test])
        every = ScoredSentences(good_N, self.probability, page_N)
        sets = {"all": every, "not in training": every.where(~np.array(self.split.seen, bool))}
        languages = sorted({e.language for e in test})
        for language in languages if len(languages) > 1 else []:
            sets[f"language {language}"] = every.where([e.language == language for e in test])
        for number, source in enumerate(self.settings.sources):
            own = [e.source == number for e in test]
            if any(own):
                sets[f"source {source.name}"] = every.where(own)
        return sets

    def mistakes(self, good: bool, limit: int) -> list[tuple[float, str]]:
        """Misclassified held-out sentences of one class with their probability, worst first."""
        found = [
            (float(probability), example.text)
            for probability, example in zip(self.probability, self.split.test, strict=True)
            if example.good == good and (probability >= self.settings.threshold) != good
        ]
        return sorted(found, reverse=not good)[:limit]
