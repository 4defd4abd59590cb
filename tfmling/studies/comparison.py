"""Studies whose variants are listed in the file: the same stages with other settings."""

from collections import Counter
from typing import Any, Literal

import pydantic

from tfmling.core.config import ConfigError, Seed, Settings, build
from tfmling.core.yaml_values import with_assigned
from tfmling.recipes.settings import Identifier, Stage
from tfmling.recipes.variables import UnknownVariableError, interpolate
from tfmling.studies.metrics import Curve, LayerCurve, Metric, SizeCurve
from tfmling.studies.study import Run, Study, expect_known


class Variant(Settings):
    """One of the pipelines that are compared.

    Example:
        >>> Variant(set={"train.config.steps": 80}, seeds=[1]).set["train.config.steps"]
        80
    """

    variables: dict[Identifier, Any] = pydantic.Field(default={})
    """Values of `${variant.NAME}` in stages, of any shape."""
    set: dict[str, Any] = pydantic.Field(default={})
    """Settings of stages by path: train.config.steps: 80."""
    stages: list[Identifier] | None = pydantic.Field(default=None)
    """The stages that it runs; null: all."""
    seeds: list[Seed] | None = pydantic.Field(default=None, min_length=1)
    """Seeds of this variant; null: those of the study."""


class Comparison(Study):
    """The same stages for every variant and seed, with the settings that the variant changes.

    Example:
        >>> study = Comparison(
        ...     kind="comparison", output="out", title="Steps", question="Do more help?", seeds=[1],
        ...     stages=[dict(name="train", command="train", config=dict(steps="${variant.steps}"))],
        ...     variants={"few": {"variables": {"steps": 9}}, "many": {"variables": {"steps": 99}}},
        ...     metrics=[dict(name="p", title="P@1", stage="train", path="p_at_1")],
        ... )
        >>> [(run.variant, run.stages[0].config["steps"]) for run in study.list_runs()]
        [('few', 9), ('many', 99)]
    """

    kind: Literal["comparison"]
    stages: list[Stage] = pydantic.Field(min_length=1)
    """Stages that run for each variant and seed."""
    variants: dict[Identifier, Variant] = pydantic.Field(min_length=1)
    """What each variant changes: its variables and other settings, by its name."""
    only: list[Identifier] | None = pydantic.Field(default=None, min_length=1)
    """Run and report these variants only; null: all. Without the baseline nothing is compared."""
    metrics: list[Metric] = pydantic.Field(min_length=1)
    """Numbers that are compared."""
    curves: list[Curve] = pydantic.Field(default=[])
    """Training curves to plot."""

    def list_runs(self) -> list[Run]:
        """All variants with the first seed, then with the next, for an early full table."""
        own = [seed for variant in self.variants.values() for seed in variant.seeds or []]
        return [
            Run(name, seed, tuple(self._stages(name, variant)))
            for seed in dict.fromkeys([*self.seeds, *own])
            for name, variant in self.variants.items()
            if seed in (self.seeds if variant.seeds is None else variant.seeds)
            and (self.only is None or name in self.only)
        ]

    def list_metrics(self) -> list[Metric]:
        """The listed metrics."""
        return self.metrics

    def _stages(self, name: str, variant: Variant) -> list[Stage]:
        chosen = [s for s in self.stages if variant.stages is None or s.name in variant.stages]
        values = {"stages": [stage.model_dump() for stage in chosen]}
        known = {f"variant.{key}": value for key, value in variant.variables.items()}
        assigned = {f"stages.{path}": value for path, value in variant.set.items()}
        try:
            changed = with_assigned(values, assigned)
            named = {stage["name"]: stage for stage in changed["stages"]}
            filled = interpolate({"stages": named}, known, prefix="variant.")["stages"]
        except (UnknownVariableError, ConfigError) as error:
            raise ConfigError(f"variants.{name}: {error}") from None
        return [
            build(Stage, stage, f"variants.{name}: stages.{key}") for key, stage in filled.items()
        ]

    @property
    def stage_names(self) -> list[str]:
        """The names of shared stages and of the stages of each run."""
        return [stage.name for stage in [*self.shared, *self.stages]]

    @pydantic.model_validator(mode="after")
    def _variants_are_known(self) -> "Comparison":
        expect_known("only", self.only or [], self.variants)
        expect_known("baseline", [] if self.baseline is None else [self.baseline], self.variants)
        own = [stage.name for stage in self.stages]
        for name, variant in self.variants.items():
            expect_known(f"variants.{name}.stages", variant.stages or [], own)
        return self

    @pydantic.model_validator(mode="after")
    def _metrics_name_variants_and_stages(self) -> "Comparison":
        counted = Counter(metric.name for metric in self.metrics)
        if twice := [name for name, times in counted.items() if times > 1]:
            raise ValueError(f"metrics need different names; repeated: {', '.join(twice)}")
        for metric in self.metrics:
            expect_known(f"metrics.{metric.name}.stage", [metric.stage], self.stage_names)
            expect_known(f"metrics.{metric.name}.variants", metric.variants or [], self.variants)
            expect_known(f"metrics.{metric.name}.paper", metric.paper, self.variants)
        for curve in self.curves:
            expect_known(f"curves: {curve.title!r}: stage", [curve.stage], self.stage_names)
        return self


class Probing(Comparison):
    """A comparison of probed encoders, with metrics by layer and by size of the training data.

    Example:
        >>> study = Probing(
        ...     kind="probing", output="out", title="Layers", question="Where are words?",
        ...     stages=[dict(name="probe", command="probe")], variants={"mbert": {}},
        ...     metrics=[dict(name="p", title="Found", stage="probe", path="words.last.accuracy")],
        ...     layers=[dict(title="Found", stage="probe", path="words")],
        ... )
        >>> study.layers[0].metric
        'accuracy'
    """

    kind: Literal["probing"]  # type: ignore[assignment]
    layers: list[LayerCurve] = pydantic.Field(default=[])
    """Numbers to plot by layer."""
    sizes: list[SizeCurve] = pydantic.Field(default=[])
    """Numbers to plot by amount of data."""

    @pydantic.model_validator(mode="after")
    def _curves_name_variants_metrics_and_stages(self) -> "Probing":
        metrics = [metric.name for metric in self.metrics]
        for curve in self.sizes:
            expect_known(f"sizes: {curve.title!r}: sizes", curve.sizes, self.variants)
            expect_known(f"sizes: {curve.title!r}: metrics", curve.metrics, metrics)
        for layer in self.layers:
            expect_known(f"layers: {layer.title!r}: stage", [layer.stage], self.stage_names)
        return self
