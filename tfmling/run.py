"""Runs a recipe: its stages one after the other, then one report on all of them.

    tfmling run configs/recipes/swahili.yaml
    tfmling run configs/recipes/swahili.yaml --set variables.data=corpora \\
        --set stages.dual_encoder.config.steps=500

A stage whose inputs, settings and code are unchanged is skipped; an unfinished one resumes,
or starts over with `--restart`.
"""

from collections.abc import Sequence

from tfmling.core.report_errors import report_user_errors
from tfmling.recipes.command_line import parse_stages_command_line
from tfmling.recipes.plan import load_recipe, plan_stages, require_remote_inputs, start_over


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the recipe, checks all of it, runs what is not done yet, writes the report."""
    options = parse_stages_command_line("run", __doc__, arguments)
    recipe = load_recipe(options.file, options.set)
    stages = plan_stages(recipe, options.file, overwrite=options.overwrite)
    require_remote_inputs(stages)
    if options.restart:
        start_over(stages)
    from tfmling.recipes.report import write_report  # matplotlib only now
    from tfmling.recipes.run_recipe import run_stages

    run_stages(stages, recipe.output)
    print(f"report: {write_report(recipe, stages)}")


if __name__ == "__main__":
    main()
