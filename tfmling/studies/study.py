"""The base of all studies: one question, variants, seeds, and metrics that are compared."""

import abc
import dataclasses
from collections.abc import Callable, Iterable
from typing import Annotated, Any

import pydantic

from tfmling.core.config import LocalOutputPath, Seed, Settings
from tfmling.recipes.settings import Identifier, Stage, Variable
from tfmling.studies.metrics import Metric


@dataclasses.dataclass(frozen=True)
class Run:
    """One variant with one seed.

    Attributes:
        variant: its name.
        seed: the value of `${seed}`.
        stages: with the variant's settings; names are unique within the run.

    Example:
        >>> print(Run("small", seed=1, stages=()))
        small, seed 1
    """

    variant: str
    seed: int
    stages: tuple[Stage, ...]

    def __str__(self) -> str:
        return f"{self.variant}, seed {self.seed}"


class Study(Settings, abc.ABC):
    """One question, answered by running several variants with several seeds.

    Strings in `config` and `flags` may contain `${NAME}` (a variable), `${output}` (the study's
    output folder), `${seed}` (the run's seed) and `${stages.NAME}` (the output of a shared stage
    or of an earlier stage of the same run).
    """

    output: LocalOutputPath
    """The folder of all runs and of the report."""
    title: str
    """Title of the report."""
    question: str
    """What the study asks, in one sentence."""
    variables: dict[Identifier, Variable] = pydantic.Field(default={})
    """Values for ${name} in the stages; --set variables.name=value changes them."""
    seeds: list[Seed] = pydantic.Field(default=[1, 2, 3], min_length=1)
    """Each variant runs once with each seed."""
    baseline: Identifier | None = pydantic.Field(default=None)
    """The variant that all others are compared with."""
    shared: list[Stage] = pydantic.Field(default=[])
    """Stages that run once."""

    @abc.abstractmethod
    def list_runs(self) -> list[Run]:
        """All runs in order of execution, with the variants' settings filled in."""

    @abc.abstractmethod
    def list_metrics(self) -> list[Metric]:
        """The metrics that are read from each run."""

    @pydantic.field_validator("seeds")
    @classmethod
    def _seeds_differ(cls, seeds: list[int]) -> list[int]:
        if len(set(seeds)) < len(seeds):
            raise ValueError(f"expected different seeds, got {seeds}")
        return seeds


def expect_known(key: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Check that all names of a settings key are known.

    Raises:
        ValueError: names the key, the known names and the first unknown one.

    Example:
        >>> expect_known("baseline", ["smal"], ["small", "large"])
        Traceback (most recent call last):
        ValueError: baseline: expected one of small, large, got 'smal'
    """
    known = list(known)
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"{key}: expected one of {', '.join(known)}, got {unknown[0]!r}")


def _part(key: str, kind: type, expected: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def check(values: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(values.get(key, kind()), kind):
            raise ValueError(f"{key}: expected {expected}, got {values[key]!r:.80}")
        return values

    return check


# settings of train_tagger, to which a study adds `fit.seed`
TaggerSettings = Annotated[
    dict[str, Any], pydantic.AfterValidator(_part("fit", dict, "a mapping of keys"))
]
# settings of a labeled corpus, to which a study adds an entry of `sample`
SampledCorpus = Annotated[
    dict[str, Any], pydantic.AfterValidator(_part("sample", list, "a list of samples"))
]
