"""A study of arms that are written down: the same stages with other values."""

from collections import Counter
from typing import Any, Literal

import pydantic

from tfmling.core.config import ConfigError, Seed, Settings
from tfmling.core.yaml_values import with_assigned
from tfmling.recipes.interpolation import UnknownNameError, interpolate
from tfmling.recipes.settings import Name, Stage
from tfmling.studies.cell import Cell
from tfmling.studies.curve import Curve
from tfmling.studies.measure import Measure
from tfmling.studies.settings import Study, expect_known


class Arm(Settings):
    """One of the ways that are compared."""

    variables: dict[Name, Any] = pydantic.Field(
        default={}, description="what `${arm.NAME}` stands for in stages, plain data of any shape"
    )
    set: dict[str, Any] = pydantic.Field(
        default={}, description="settings of stages by path: train.config.steps: 80"
    )
    stages: list[Name] | None = pydantic.Field(
        default=None, description="which of the stages it runs; null: all"
    )
    seeds: list[Seed] | None = pydantic.Field(
        default=None,
        min_length=1,
        description="where other seeds would change nothing; null: the study's",
    )


class Comparison(Study):
    """The same stages for every arm and seed, with what the arm changes."""

    kind: Literal["comparison"]
    stages: list[Stage] = pydantic.Field(min_length=1, description="for each arm and seed")
    arms: dict[Name, Arm] = pydantic.Field(min_length=1)
    only: list[Name] | None = pydantic.Field(
        default=None,
        min_length=1,
        description="arms that are run and shown; without the baseline none is compared; null: all",
    )
    figures: list[Measure] = pydantic.Field(min_length=1)
    curves: list[Curve] = pydantic.Field(default=[])

    def cells(self) -> list[Cell]:
        """First all arms with the first seed, so that a whole table is there early."""
        return [
            Cell(name, seed, tuple(self._stages(name, arm)))
            for seed in self._all_seeds()
            for name, arm in self.arms.items()
            if seed in (self.seeds if arm.seeds is None else arm.seeds)
            and (self.only is None or name in self.only)
        ]

    def measures(self) -> list[Measure]:
        """As written."""
        return self.figures

    def sections(self, results: Any) -> list[Any]:
        """The curves."""
        from tfmling.studies.draw_curve import curve_sections

        return [section for curve in self.curves for section in curve_sections(curve, results)]

    def _all_seeds(self) -> list[int]:
        own = [seed for arm in self.arms.values() for seed in arm.seeds or []]
        return list(dict.fromkeys([*self.seeds, *own]))

    def _stages(self, name: str, arm: Arm) -> list[Stage]:
        chosen = [s for s in self.stages if arm.stages is None or s.name in arm.stages]
        values = {"stages": [stage.model_dump() for stage in chosen]}
        known = {f"arm.{key}": value for key, value in arm.variables.items()}
        try:
            changed = with_assigned(values, {f"stages.{path}": v for path, v in arm.set.items()})
            named = {stage["name"]: stage for stage in changed["stages"]}
            filled = interpolate({"stages": named}, known, prefix="arm.")["stages"]
        except (UnknownNameError, ConfigError) as error:
            raise ConfigError(f"arms.{name}: {error}") from None
        return [Stage.model_validate(stage) for stage in filled.values()]

    @property
    def _made(self) -> list[str]:
        """The names of shared stages and of those of cells."""
        return [stage.name for stage in [*self.shared, *self.stages]]

    @pydantic.model_validator(mode="after")
    def _arms_are_known(self) -> "Comparison":
        expect_known("only", self.only or [], self.arms)
        expect_known("baseline", [] if self.baseline is None else [self.baseline], self.arms)
        own = [stage.name for stage in self.stages]
        for name, arm in self.arms.items():
            expect_known(f"arms.{name}.stages", arm.stages or [], own)
        return self

    @pydantic.model_validator(mode="after")
    def _figures_are_of_arms_and_stages(self) -> "Comparison":
        counted = Counter(figure.name for figure in self.figures)
        if twice := [name for name, times in counted.items() if times > 1]:
            raise ValueError(f"figures need different names; twice: {', '.join(twice)}")
        for figure in self.figures:
            expect_known(f"figures.{figure.name}.stage", [figure.stage], self._made)
            expect_known(f"figures.{figure.name}.arms", figure.arms or [], self.arms)
            expect_known(f"figures.{figure.name}.paper", figure.paper, self.arms)
        for curve in self.curves:
            expect_known(f"curves: {curve.title!r}: stage", [curve.stage], self._made)
        return self
