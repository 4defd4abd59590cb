"""The threshold of mined pairs: a number, or learned from pairs that are known."""

from typing import Annotated, Literal

import numpy as np
import pydantic

from tfmling.core import config
from tfmling.mining.bucc import best_threshold, curve


class Value(config.Settings):
    """A threshold by number; what a good one is depends on the margin.

    Attributes:
        min_score: pairs below it are dropped. The ratio of translations is mostly above 1.05.
    """

    kind: Literal["value"]
    min_score: float


class Learned(config.Settings):
    """The threshold that is best on the pairs of `gold`.

    Attributes:
        min_precision: null for the best F1; otherwise as many pairs as this precision allows.
    """

    kind: Literal["learned"]
    min_precision: float | None = pydantic.Field(None, gt=0, le=1)

    def learn(self, score_P: np.ndarray, right_P: np.ndarray, gold: int) -> float:
        """The threshold; see `best_threshold`."""
        return best_threshold(curve(score_P, right_P, gold), self.min_precision)


AnyThreshold = Annotated[Value | Learned, pydantic.Field(discriminator="kind")]
