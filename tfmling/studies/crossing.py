"""From how many own sentences on a language is better off than with another one's."""

import dataclasses
import itertools
import math
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True)
class Crossing:
    """Where a curve of figures by number of sentences reaches a level.

    Attributes:
        below: the largest number whose figure is below the level; None where already the smallest
            reaches it.
        above: the next number, from which on all reach it; None where the largest does not.
        at: between both, on a straight line over the logarithm of the number; None where either is.
    """

    below: int | None
    above: int | None
    at: float | None

    def __str__(self) -> str:
        if self.above is None:
            return f"not reached with {self.below} sentences"
        if self.below is None:
            return f"reached with the smallest number, {self.above} sentences"
        return f"between {self.below} and {self.above} sentences, at about {self.at:.0f}"


def find_crossing(curve: Mapping[int, float], level: float) -> Crossing:
    """The last place where a curve rises from below a level.

    Args:
        curve: number of sentences -> figure, at least one.
        level: what is to be reached.
    """
    numbers = sorted(curve)
    if curve[numbers[-1]] < level:
        return Crossing(numbers[-1], None, None)
    rising = [
        (before, after)
        for before, after in itertools.pairwise(numbers)
        if curve[before] < level <= curve[after]
    ]
    if not rising:
        return Crossing(None, numbers[0], None)
    before, after = rising[-1]
    share = (level - curve[before]) / (curve[after] - curve[before])
    at = math.exp(math.log(before) + share * (math.log(after) - math.log(before)))
    return Crossing(before, after, at)
