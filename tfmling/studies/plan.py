"""Planning of studies: fill in and validate the settings of all runs."""

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tfmling.core import config, files
from tfmling.core.config_errors import ConfigError, nearest
from tfmling.core.output_paths import require_own_folder
from tfmling.recipes.plan import PlannedStage, plan_each
from tfmling.recipes.variables import read_with_overrides
from tfmling.studies import KINDS
from tfmling.studies.study import Run, Study


@dataclass(frozen=True)
class PlannedRun:
    """A run whose stages are validated; `folder` contains their outputs.

    Example:
        >>> run = Run("small", seed=1, stages=())
        >>> planned = PlannedRun(run, stages=[], folder="out/runs/small/1")
        >>> str(planned.run), planned.folder
        ('small, seed 1', 'out/runs/small/1')
    """

    run: Run
    stages: list[PlannedStage]
    folder: str


@dataclass(frozen=True)
class PlannedStudy:
    """Shared stages and runs, in order of execution.

    Example:
        >>> run = Run("small", seed=1, stages=())
        >>> small = PlannedRun(run, stages=[], folder="out/runs/small/1")
        >>> study = PlannedStudy(shared=[], shared_folder="out/shared", runs=[small])
        >>> [planned.run.variant for planned in study.runs]
        ['small']
    """

    shared: list[PlannedStage]
    shared_folder: str
    runs: list[PlannedRun]


def load_study(path: str, overrides: Sequence[str] = (), *, check_inputs: bool = True) -> Study:
    """Read a study of any kind.

    Args:
        path: the YAML file.
        overrides: `key.path=value`, as after --set.
        check_inputs: require that input files exist.

    Raises:
        ConfigError: names the file, the key, what was expected and what was found.

    Example:
        >>> _ = open("study.yaml", "w").write("kind: comparisn\\n")
        >>> load_study("study.yaml")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
            ...
        tfmling.core...ConfigError: study.yaml: kind: ... 'comparisn'; did you mean 'comparison'?
    """
    values = read_with_overrides(path, overrides)
    kind = values.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ConfigError(
            f"{path}: kind: unknown kind of study {kind!r:.80}; {nearest(kind, KINDS)}"
        )
    return config.build(KINDS[kind], values, path, check_inputs=check_inputs)


def plan_study(
    study: Study, origin: str, *, check_inputs: bool = True, overwrite: bool = False
) -> PlannedStudy:
    """Fill in and validate the settings of all stages of all runs.

    Args:
        study: of any kind.
        origin: the study's file, for error messages.
        check_inputs: require inputs to exist unless an earlier stage writes them.
        overwrite: allow a stage to replace the output of another command.

    Raises:
        ConfigError: names file, variant, seed, stage, key, what was expected and what was found.

    Example:
        >>> from tfmling.studies.comparison import Comparison
        >>> stage = dict(name="data", command="construct_corpus", config=dict(seed="${seed}"))
        >>> study = Comparison(
        ...     kind="comparison", output="out", title="Seeds", question="Luck?", seeds=[1, 2],
        ...     stages=[stage], variants={"plain": {}},
        ...     metrics=[dict(name="n", title="Sentences", stage="data", path="sentences")],
        ... )
        >>> [run.stages[0].output for run in plan_study(study, "seeds.yaml").runs]
        ['out/runs/plain/1/data', 'out/runs/plain/2/data']
    """
    values = {**study.variables, "output": study.output}
    folder = files.join(study.output, "shared")
    require_own_folder(study.output)
    plan = functools.partial(plan_each, check_inputs=check_inputs, overwrite=overwrite)
    shared = plan(study.shared, values, folder, f"{origin}: shared")
    runs = []
    for run in _list_runs(study, origin):
        folder_of_run = files.join(study.output, "runs", run.variant, str(run.seed))
        place = f"{origin}: {run}: stages"
        own_values = {**values, "seed": run.seed}
        stages = plan(run.stages, own_values, folder_of_run, place, made_before=shared)
        runs.append(PlannedRun(run, stages, folder_of_run))
    return PlannedStudy(shared, folder, runs)


def _list_runs(study: Study, origin: str) -> list[Run]:
    """List the runs and check that no two stages or runs share a folder."""
    try:
        runs = study.list_runs()
    except ConfigError as error:
        raise ConfigError(f"{origin}: {error}") from None
    twice = [str(r) for r, n in Counter((r.variant, r.seed) for r in runs).items() if n > 1]
    for run in runs:
        names = [stage.name for stage in [*study.shared, *run.stages]]
        twice += [f"{run}: {name}" for name, times in Counter(names).items() if times > 1]
    if twice:
        raise ConfigError(f"{origin}: stages of a run need different names; repeated: {twice[0]}")
    return runs
