"""Runs a recipe: its stages one after the other, then one report on all of them.

    tfmling run configs/recipes/swahili.yaml
    tfmling run configs/recipes/swahili.yaml --set variables.data=corpora \\
        --set stages.dual_encoder.config.steps=500

A stage whose inputs, settings and code are unchanged is skipped; a broken one goes on where it was.
"""

import sys
from collections.abc import Sequence

from tfmling.config import ConfigError
from tfmling.errors import told
from tfmling.recipes.command_line import build_parser
from tfmling.recipes.plan import load_recipe, plan_stages, require_remote_inputs


@told()
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the recipe, checks all of it, runs what is not done yet, writes the report."""
    options = build_parser("tfmling run", __doc__, "recipe").parse_args(arguments)
    try:
        recipe = load_recipe(options.recipe, options.set)
        stages = plan_stages(recipe, options.recipe, overwrite=options.overwrite)
        require_remote_inputs(stages)
        from tfmling.recipes.report import write_report  # matplotlib only now
        from tfmling.recipes.run_recipe import run_stages

        run_stages(stages, recipe.output)
        print(f"report: {write_report(recipe, stages)}")
    except ConfigError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
