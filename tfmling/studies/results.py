"""What a study has found, before statistics: numbers by figure, arm and seed."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from tfmling.studies.measure import Measure

CellKey = tuple[str, int]  # arm, seed


@dataclasses.dataclass(frozen=True)
class Results:
    """All that cells gave.

    Attributes:
        arms: in the order of the study.
        measures: the figures that were read.
        values: figure -> arm -> seed -> number; a failed cell has none.
        items: the same with one number a test item, float [items], where a figure has them.
        failures: cell -> why it has no result.
        seconds: cell -> what its stages took, all attempts together.
        folders: cell -> stage -> its folder, shared stages included.
    """

    arms: Sequence[str]
    measures: Sequence[Measure]
    values: Mapping[str, Mapping[str, Mapping[int, float]]]
    items: Mapping[str, Mapping[str, Mapping[int, np.ndarray]]]
    failures: Mapping[CellKey, str]
    seconds: Mapping[CellKey, float]
    folders: Mapping[CellKey, Mapping[str, str]]

    def finished(self, arm: str) -> list[CellKey]:
        """The cells of an arm that have a result, by seed."""
        keys = sorted(key for key in self.folders if key[0] == arm)
        return [key for key in keys if key not in self.failures]
