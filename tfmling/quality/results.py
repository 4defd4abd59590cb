"""What train_quality found: the held-out sentences, what the model says of them, figures.

Shapes: N sentences.
"""

import collections
import dataclasses
import functools

import numpy as np

from tfmling.quality.measure import Scored
from tfmling.quality.settings import TrainQuality
from tfmling.quality.split import Split

Figures = dict[str, float | int]


@dataclasses.dataclass
class Results:
    """One training.

    Attributes:
        settings: of the training.
        counts: what was read, by source.
        split: what was learned from and what was held out.
        probability: what the model says of the held-out sentences, float64 [N].
        figures: by name of the set.
    """

    settings: TrainQuality
    counts: dict[str, collections.Counter[str]]
    split: Split
    probability: np.ndarray
    figures: dict[str, Figures] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def sets(self) -> dict[str, Scored]:
        """All held-out sentences, those that training has not seen, each language, each source."""
        test = self.split.test
        good_N, page_N = np.array([e.good for e in test]), np.array([e.page for e in test])
        every = Scored(good_N, self.probability, page_N)
        sets = {"all": every, "not in training": every.where(~np.array(self.split.seen, bool))}
        languages = sorted({e.language for e in test})
        for language in languages if len(languages) > 1 else []:
            sets[f"language {language}"] = every.where([e.language == language for e in test])
        for number, source in enumerate(self.settings.sources):
            own = [e.source == number for e in test]
            if any(own):
                sets[f"source {source.name}"] = every.where(own)
        return sets

    def mistakes(self, good: bool, most: int) -> list[tuple[float, str]]:
        """Held-out sentences of one kind that the model takes for the other, the worst first."""
        found = [
            (float(probability), example.text)
            for probability, example in zip(self.probability, self.split.test, strict=True)
            if example.good == good and (probability >= self.settings.threshold) != good
        ]
        return sorted(found, reverse=not good)[:most]
