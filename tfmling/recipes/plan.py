"""Planning of recipes: variables filled in, and the settings of all stages validated."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tfmling.core import config, files, outputs
from tfmling.core.commands import COMMANDS, load
from tfmling.core.output_paths import OutputError, is_inside, require_apart, require_own_folder
from tfmling.recipes.settings import Recipe, Stage
from tfmling.recipes.variables import UnknownVariableError, interpolate, read_with_overrides


@dataclass(frozen=True)
class PlannedStage:
    """A stage that is ready to run.

    Attributes:
        name: unique in the recipe.
        command: a key of `COMMANDS`.
        settings: validated, of the command's class.
        flags: for the runner.
        output: the folder that it writes.

    Example:
        >>> recipe = Recipe(output="runs", stages=[Stage(name="data", command="construct_corpus")])
        >>> [stage] = plan_stages(recipe, "a.yaml")
        >>> stage.output, stage.settings.seed
        ('runs/data', 1)
    """

    name: str
    command: str
    settings: config.Settings
    flags: tuple[str, ...]
    output: str


def load_recipe(path: str, overrides: Sequence[str] = ()) -> Recipe:
    """Read a recipe.

    Args:
        path: the YAML file.
        overrides: assignments, which may name a stage: `stages.NAME.config.steps=5`.

    Raises:
        ConfigError: the recipe is invalid; the message names the file and the key.

    Example:
        >>> stages = "[{name: data, command: construct_corpus}]"
        >>> files.write_text("a.yaml", f"output: runs\\nstages: {stages}")
        >>> load_recipe("a.yaml", ["stages.data.config.seed=2"]).stages[0].config
        {'seed': 2}
    """
    return config.build(Recipe, read_with_overrides(path, overrides), path)


def plan_stages(
    recipe: Recipe, origin: str, *, check_inputs: bool = True, overwrite: bool = False
) -> list[PlannedStage]:
    """Plan all stages of a recipe.

    Args:
        recipe: the recipe.
        origin: its file, for error messages.
        check_inputs: whether inputs that no earlier stage writes must exist.
        overwrite: whether a stage may replace the output of another command.

    Raises:
        ConfigError: a stage is invalid; the message names the file, the stage and the key.

    Example:
        >>> recipe = Recipe(output="runs", stages=[Stage(name="data", command="construct_corpus")])
        >>> [stage.output for stage in plan_stages(recipe, "a.yaml")]
        ['runs/data']
    """
    require_own_folder(recipe.output)
    values = {**recipe.variables, "output": recipe.output}
    place = f"{origin}: stages"
    planned = plan_each(
        recipe.stages, values, recipe.output, place, check_inputs=check_inputs, overwrite=overwrite
    )
    check_report(recipe, planned, origin)
    return planned


def plan_each(
    stages: Sequence[Stage],
    values: Mapping[str, Any],
    folder: str,
    place: str,
    *,
    made_before: Sequence[PlannedStage] = (),
    check_inputs: bool = True,
    overwrite: bool = False,
) -> list[PlannedStage]:
    """Plan stages in their order.

    Args:
        stages: each may refer to earlier ones and to `made_before`.
        values: values of `${name}` by name.
        folder: each stage's default output is a folder in it.
        place: location of the stages, for error messages.
        made_before: stages that will have run by then.
        check_inputs: see `plan_stages`.
        overwrite: see `plan_stages`.

    Raises:
        ConfigError: see `plan_stages`.

    Example:
        >>> stage = Stage(name="data", command="construct_corpus", config={"seed": "${n}"})
        >>> [planned] = plan_each([stage], {"n": 7}, "runs", "a.yaml: stages")
        >>> planned.settings.seed
        7
    """
    planned: list[PlannedStage] = []
    for stage in stages:
        earlier = [*made_before, *planned]
        known = {**values, **{f"stages.{made.name}": made.output for made in earlier}}
        here = f"{place}.{stage.name}"
        planned.append(_plan(stage, known, folder, earlier, here, check_inputs, overwrite))
    return planned


def _plan(
    stage: Stage,
    values: Mapping[str, Any],
    folder: str,
    earlier: Sequence[PlannedStage],
    place: str,
    check_inputs: bool,
    overwrite: bool,
) -> PlannedStage:
    try:
        filled = interpolate({"config": stage.config, "flags": stage.flags}, values)
    except UnknownVariableError as error:
        raise config.ConfigError(f"{place}.{error}") from None
    settings_class = _settings_class(stage.command, place)
    if stage.flags and not COMMANDS[stage.command].has_runner:
        raise config.ConfigError(
            f"{place}.flags: {stage.command} has no runner; expected no flags, got {stage.flags[0]}"
        )
    settings = config.build(
        settings_class,
        {"output": files.join(folder, stage.name)} | filled["config"],
        f"{place}.config",
        check_inputs=check_inputs,
        made_before=[made.output for made in earlier],
    )
    settings._overwrite = overwrite
    flags = tuple(str(flag) for flag in filled["flags"])
    output = outputs.output_of(settings).rstrip("/")
    planned = PlannedStage(stage.name, stage.command, settings, flags, output)
    try:
        _require_own_output(planned, earlier, folder)
    except OutputError as error:
        raise config.ConfigError(f"{place}.config.{error}") from None
    return planned


def _require_own_output(stage: PlannedStage, earlier: Sequence[PlannedStage], folder: str) -> None:
    """Raise OutputError if a stage would overwrite or contain what belongs to another."""
    require_own_folder(stage.output)
    for other in earlier:
        require_apart(stage.output, other.output, f"the output of the stage {other.name},")
        for mine, theirs in _kept_apart(stage, other):
            require_apart(mine, theirs, f"a folder of the stage {other.name},")
        for path in config.paths(other.settings, "input"):
            if is_inside(path, stage.output):
                raise OutputError(
                    f"output: {stage.output!r} holds {path!r}, which the stage {other.name} reads; "
                    "expected another folder"
                )
    if is_inside(folder, stage.output):
        raise OutputError(
            f"output: {stage.output!r} holds the output of the whole recipe; expected a folder of "
            "the stage's own"
        )
    if not files.is_remote(stage.output):  # nothing is contacted before the recipe runs
        outputs.check_output(stage.settings)


def _kept_apart(stage: PlannedStage, other: PlannedStage) -> Iterator[tuple[str, str]]:
    """Pairs of folders of two stages, neither of which may contain the other.

    Two stages may share a kept folder, such as one of vectors.
    """
    kept = outputs.kept_folders(stage.settings)
    theirs = outputs.kept_folders(other.settings)
    yield from ((stage.output, each) for each in theirs)
    yield from ((each, other.output) for each in kept)


def start_over(stages: Sequence[PlannedStage]) -> None:
    """Make stages start over instead of resuming an unfinished run.

    Example:
        >>> stage = PlannedStage("mlm", "train", config.Settings(), (), "runs/mlm")
        >>> start_over([stage])
        >>> stage.settings._restart
        True
    """
    for stage in stages:
        if COMMANDS[stage.command].resumes:
            stage.settings._restart = True


def require_remote_inputs(
    stages: Sequence[PlannedStage], made_before: Sequence[PlannedStage] = ()
) -> None:
    """Check that the remote inputs of all stages exist, except those that earlier stages write.

    Raises:
        ConfigError: an input is missing; the message names the stage and the path.

    Example:
        >>> class Copy(config.Settings):
        ...     source: config.InputPath
        >>> stage = PlannedStage("copy", "copy", Copy(source="memory://a.txt"), (), "runs/copy")
        >>> require_remote_inputs([stage])
        Traceback (most recent call last):
        tfmling.core.config_errors.ConfigError: stage copy: memory://a.txt: no such file or folder
    """
    made = [stage.output for stage in made_before]
    for stage in stages:
        try:
            config.require_remote_inputs(stage.settings, made)
        except config.ConfigError as error:
            raise config.ConfigError(f"stage {stage.name}: {error}") from None
        made.append(stage.output)


def _settings_class(command: str, place: str) -> type[config.Settings]:
    known = [n for n, each in COMMANDS.items() if each.settings and not each.runs_stages]
    if command not in known:
        raise config.ConfigError(
            f"{place}.command: expected a command ({', '.join(known)}), got {command!r}"
        )
    return load(COMMANDS[command].settings)


def check_report(recipe: Recipe, planned: Sequence[PlannedStage], origin: str) -> None:
    """Raise ConfigError if the report compares a model that no stage scores.

    Example:
        >>> recipe = Recipe(output="runs", stages=[Stage(name="data", command="construct_corpus")])
        >>> check_report(recipe, plan_stages(recipe, "a.yaml"), "a.yaml")  # no stage scores models
    """
    scored = [name for stage in planned for name in getattr(stage.settings, "models", {})]
    for key in ("before", "after"):
        name = getattr(recipe.report, key)
        if scored and name not in scored:
            raise config.ConfigError(
                f"{origin}: report.{key}: expected a model that an evaluate stage scores "
                f"({', '.join(scored)}), got {name!r}"
            )
