"""A whole recipe: planned, checked, run, and reported on."""

from collections.abc import Sequence

from tfmling.recipes.plan import load_recipe, plan_stages, require_remote_inputs, start_over


def run_recipe(
    path: str, overrides: Sequence[str] = (), *, overwrite: bool = False, restart: bool = False
) -> None:
    """Check a recipe, run its unfinished stages, and write the report.

    Args:
        path: the YAML file.
        overrides: `stages.NAME.config.steps=5` assignments.
        overwrite: whether stages may replace outputs that other commands wrote.
        restart: whether stages that have to run start over instead of resuming.

    Raises:
        ConfigError: the recipe or the settings of a stage cannot be used.
        StageError: a stage has failed.

    Example:
        >>> run_recipe("missing.yaml")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.config_errors.ConfigError: missing.yaml: no such file; ...
    """
    recipe = load_recipe(path, overrides)
    stages = plan_stages(recipe, path, overwrite=overwrite)
    require_remote_inputs(stages)
    if restart:
        start_over(stages)
    from tfmling.recipes.report import write_report  # matplotlib only when the plan is valid
    from tfmling.recipes.run_stages import run_stages

    run_stages(stages, recipe.output)
    print(f"report: {write_report(recipe, stages)}")
