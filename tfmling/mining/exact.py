"""The index setting `exact`: all products, by blocks."""

from typing import Literal

import numpy as np
import pydantic

from tfmling.core import config
from tfmling.mining.neighbours import BLOCK, Neighbours, neighbours_both_ways


class Exact(config.Settings):
    """Exact search.

    Attributes:
        block: source sentences of one product, with twice as many targets; memory grows with its
            square, the result does not depend on it.
    """

    kind: Literal["exact"] = "exact"
    block: int = pydantic.Field(BLOCK, ge=64, le=1 << 14)

    def search_both(
        self, source_ND: np.ndarray, target_MD: np.ndarray, k: int
    ) -> tuple[Neighbours, Neighbours]:
        """The neighbours of both sides in the other one; see `neighbours_both_ways`."""
        return neighbours_both_ways(source_ND, target_MD, k, block=self.block)
