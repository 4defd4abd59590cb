"""A cell of a study: the stages of one arm with one seed."""

import dataclasses

from tfmling.recipes.settings import Stage


@dataclasses.dataclass(frozen=True)
class Cell:
    """What one arm does with one seed.

    Attributes:
        arm: its name.
        seed: fills in `${seed}`.
        stages: with all that the arm changes; their names are unique in the cell.
    """

    arm: str
    seed: int
    stages: tuple[Stage, ...]

    def __str__(self) -> str:
        return f"{self.arm}, seed {self.seed}"
