"""Every YAML in configs/ is what its main, or the recipes, accept, and says what it is on top."""

from pathlib import Path

import pytest

from tfmling import config
from tfmling.recipes.plan import load_recipe, plan_stages

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
MAINS = sorted(CONFIGS.glob("*.yaml"))
RECIPES = sorted((CONFIGS / "recipes").glob("*.yaml"))


def names(paths):
    return [path.name for path in paths]


def main_of(path: Path) -> str:
    """The main that a config is for: the longest name that its file's name begins with."""
    found = [name for name in config.SCHEMAS if path.stem.startswith(name)]
    assert found, f"{path.name}: begins with the name of no main: {', '.join(config.SCHEMAS)}"
    return max(found, key=len)


def test_no_folder_is_left_out():
    assert set(CONFIGS.rglob("*.y*ml")) == set(MAINS + RECIPES)
    assert RECIPES


@pytest.mark.parametrize("path", MAINS, ids=names(MAINS))
def test_config_of_a_main(path):
    model = config.load_settings_class(main_of(path))
    settings = config.load(model, str(path), check_inputs=False)
    assert config.paths(settings, "output") == [settings.output]


@pytest.mark.parametrize("path", RECIPES, ids=names(RECIPES))
def test_recipe(path):
    recipe = load_recipe(str(path))
    stages = plan_stages(recipe, str(path), check_inputs=False)
    assert [stage.name for stage in stages] == [stage.name for stage in recipe.stages]
    for stage in stages:
        assert stage.output.startswith("runs/")


@pytest.mark.parametrize("path", RECIPES, ids=names(RECIPES))
def test_what_a_stage_reads_of_its_recipe_is_made_before(path):
    recipe = load_recipe(str(path))
    made: list[str] = []
    for stage in plan_stages(recipe, str(path), check_inputs=False):
        for read in config.paths(stage.settings, "input"):
            ours = read.startswith(f"{recipe.output}/")
            assert not ours or any(f"{read}/".startswith(f"{m}/") for m in made), read
        made.append(stage.output)


@pytest.mark.parametrize("path", MAINS + RECIPES, ids=names(MAINS + RECIPES))
def test_says_on_top_what_it_is_and_the_command(path):
    head = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        head.append(line)
    assert any(f"configs/{path.relative_to(CONFIGS)}" in line for line in head), head
