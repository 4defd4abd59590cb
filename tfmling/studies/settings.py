"""What all studies have: one question, seeds, cells of stages, and figures that are compared."""

import abc
from collections.abc import Iterable
from typing import Any

import pydantic

from tfmling.core.config import LocalOutputPath, Seed, Settings
from tfmling.recipes.settings import Name, Stage, Variable
from tfmling.studies.cell import Cell
from tfmling.studies.measure import Measure


class Study(Settings, abc.ABC):
    """Several trainings that answer one question; a kind of study says which.

    A kind gives `cells` and `measures`, and may add sections to the report. In every string of
    `config` and `flags`, `${NAME}` stands for a variable, `${output}` for the study's output,
    `${seed}` for the cell's seed and `${stages.NAME}` for the output of a shared stage or of an
    earlier one of the same cell.
    """

    output: LocalOutputPath
    title: str
    question: str = pydantic.Field(description="what the study asks, in a sentence")
    variables: dict[Name, Variable] = pydantic.Field(default={})
    seeds: list[Seed] = pydantic.Field(default=[1, 2, 3], min_length=1)
    baseline: Name | None = pydantic.Field(
        default=None, description="the arm that all others are compared with"
    )
    shared: list[Stage] = pydantic.Field(default=[], description="stages that run once")

    @abc.abstractmethod
    def cells(self) -> list[Cell]:
        """All that is run, in this order; what the arms change is filled in."""

    @abc.abstractmethod
    def measures(self) -> list[Measure]:
        """The figures that are read from each cell."""

    def sections(self, results: Any) -> list[Any]:
        """What this kind adds to the report.

        Args:
            results: `tfmling.studies.results.Results`.

        Returns:
            Sections of `tfmling.reports`.
        """
        return []

    @pydantic.field_validator("seeds")
    @classmethod
    def _seeds_differ(cls, seeds: list[int]) -> list[int]:
        if len(set(seeds)) < len(seeds):
            raise ValueError(f"expected different seeds, got {seeds}")
        return seeds


def expect_known(key: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Checks what a key names.

    Raises:
        ValueError: the key, what was expected and the name that is none of it.
    """
    known = list(known)
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"{key}: expected one of {', '.join(known)}, got {unknown[0]!r}")
