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
        values: figure -> arm -> seed -> number, finite; a failed cell has none, nor has one that
            lacks the figure.
        items: the same with one number a test item, float [items], where a figure has them;
            wherever `values` has a number, as many in all cells.
        failures: cell -> why it has no result: a stage has failed.
        seconds: cell -> what its stages took, all attempts together.
        folders: cell -> stage -> its folder, shared stages included.
        missing: figure -> cell -> why a cell that has run lacks it; its other figures count.
    """

    arms: Sequence[str]
    measures: Sequence[Measure]
    values: Mapping[str, Mapping[str, Mapping[int, float]]]
    items: Mapping[str, Mapping[str, Mapping[int, np.ndarray]]]
    failures: Mapping[CellKey, str]
    seconds: Mapping[CellKey, float]
    folders: Mapping[CellKey, Mapping[str, str]]
    missing: Mapping[str, Mapping[CellKey, str]] = dataclasses.field(default_factory=dict)

    def finished(self, arm: str) -> list[CellKey]:
        """The cells of an arm that have run, by seed."""
        keys = sorted(key for key in self.folders if key[0] == arm)
        return [key for key in keys if key not in self.failures]
