"""Settings of `tfmling run`: stages, what their configurations share, and the report."""

from collections import Counter
from typing import Annotated, Any

import pydantic

from tfmling.core.config import LocalOutputPath, Settings

RESERVED = ("configs", "logs", "states")  # folders of the recipe itself, beside those of its stages

Variable = str | int | float | bool
# of stages, variables, variants and metrics
Identifier = Annotated[str, pydantic.Field(pattern=r"^[A-Za-z][\w-]*$")]


class Stage(Settings):
    """One command with its settings, run in a process of its own.

    Example:
        >>> stage = Stage(name="mlm", command="train", config={"steps": 5})
        >>> stage.config, stage.flags
        ({'steps': 5}, [])
    """

    name: Identifier
    """Name of the stage, unique in the recipe."""
    command: str
    """Command to run, such as train; see tfmling --help."""
    config: dict[str, Any] = pydantic.Field(default={})
    """The command's settings; `output` is <recipe's output>/<name> if not given."""
    flags: list[str] = pydantic.Field(default=[])
    """Flags for the Beam runner, as after -- on the command line."""

    @pydantic.field_validator("name")
    @classmethod
    def _is_not_reserved(cls, name: str) -> str:
        if name in RESERVED:
            raise ValueError(f"{name!r} is a folder of the recipe itself; expected another name")
        return name


class Report(Settings):
    """Title of the report, and the two models that it compares.

    Example:
        >>> report = Report(title="Swahili", after="dual")
        >>> report.before, report.after
        ('before', 'dual')
    """

    title: str = "Report"
    """Title of the page."""
    before: Identifier = pydantic.Field(default="before")
    """Key of `models` in an evaluate stage: the encoder at the start."""
    after: Identifier = pydantic.Field(default="after")
    """Key of `models` in an evaluate stage: the result."""
    example_texts: list[str] = pydantic.Field(default=["habari ya asubuhi", "good morning"])
    """Example texts for the command that loads the model."""


class Recipe(Settings):
    """Stages from raw files to a model, and the report on them.

        tfmling run configs/recipes/swahili.yaml
        tfmling run configs/recipes/swahili.yaml --set variables.data=corpora \\
            --set stages.dual_encoder.config.steps=500

    A stage whose inputs, settings and code are unchanged is skipped; an unfinished one resumes,
    or starts over with `--restart`.

    In the strings of `config` and `flags`, `${NAME}` is replaced by a variable, `${output}` by the
    recipe's output, and `${stages.NAME}` by the output of an earlier stage.

    Example:
        >>> stages = [Stage(name="mlm", command="train"), Stage(name="scores", command="evaluate")]
        >>> recipe = Recipe(output="runs/sw", stages=stages)
        >>> [stage.name for stage in recipe.stages], recipe.report.title
        (['mlm', 'scores'], 'Report')
    """

    output: LocalOutputPath
    """The folder of all stages."""
    variables: dict[Identifier, Variable] = pydantic.Field(default_factory=dict)
    """Values for ${name} in the stages; --set variables.name=value changes them."""
    stages: list[Stage] = pydantic.Field(min_length=1)
    """What runs, in order."""
    report: Report = Report()
    """What report.html shows."""

    @pydantic.model_validator(mode="after")
    def _names_differ(self) -> "Recipe":
        counted = Counter(stage.name for stage in self.stages)
        if twice := [name for name, times in counted.items() if times > 1]:
            raise ValueError(f"stages need different names; repeated: {', '.join(twice)}")
        return self
