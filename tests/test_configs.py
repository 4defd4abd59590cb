"""Every YAML in configs/ is valid for its command, and its header says what it is."""

import re
from pathlib import Path

import pytest
import yaml

from tfmling.core import config
from tfmling.core.commands import COMMANDS, load
from tfmling.recipes.plan import load_recipe, plan_stages
from tfmling.recipes.settings import Recipe
from tfmling.records.export_text import ExportText
from tfmling.studies.plan import load_study, plan_study

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
ALL = sorted(CONFIGS.rglob("*.y*ml"))
STUDIES = [path for path in ALL if path.parent.name == "studies"]
RECIPES = [path for path in ALL if "stages" in yaml.safe_load(path.read_text(encoding="utf-8"))]
RECIPES = [path for path in RECIPES if path not in STUDIES]
COMMAND_CONFIGS = [path for path in ALL if path not in RECIPES + STUDIES]


def names(paths):
    return [str(path.relative_to(CONFIGS)) for path in paths]


def command_of(path: Path) -> str:
    """The command that a config is for, as its header names it."""
    command = re.compile(rf"tfmling (\w+) --config configs/{path.relative_to(CONFIGS)}\b")
    found = command.search(path.read_text(encoding="utf-8"))
    assert found, f"{path.name}: expected its command in the header: {command.pattern}"
    assert found[1] in COMMANDS, f"{path.name}: {found[1]} is none of {list(COMMANDS)}"
    return found[1]


def test_both_kinds_are_found():
    assert CONFIGS / "recipes" / "quickstart.yaml" in RECIPES
    assert CONFIGS / "extend_vocab.yaml" in COMMAND_CONFIGS


@pytest.mark.parametrize("path", COMMAND_CONFIGS, ids=names(COMMAND_CONFIGS))
def test_config_of_a_command(path):
    model = load(COMMANDS[command_of(path)].settings)
    settings = config.load(model, str(path), check_inputs=False)
    assert config.paths(settings, "output") == [settings.output]


@pytest.mark.parametrize("path", RECIPES, ids=names(RECIPES))
def test_recipe(path):
    recipe = load_recipe(str(path))
    stages = plan_stages(recipe, str(path), check_inputs=False)
    assert [stage.name for stage in stages] == [stage.name for stage in recipe.stages]
    for stage in stages:
        assert stage.output.startswith("runs/")


def test_the_example_of_run_sets_a_stage_of_its_recipe():
    path = re.search(r"run configs/(\S+)", Recipe.__doc__)[1]
    stage = re.search(r"--set stages\.(\w+)", Recipe.__doc__)[1]
    assert stage in [own.name for own in load_recipe(str(CONFIGS / path)).stages]


@pytest.mark.parametrize("path", STUDIES, ids=names(STUDIES))
def test_study(path):
    study = load_study(str(path), check_inputs=False)
    planned = plan_study(study, str(path), check_inputs=False)
    stages = [stage for run in planned.runs for stage in run.stages]
    assert len({stage.output for stage in stages}) == len(stages)
    assert all(stage.output.startswith(f"{study.output}/runs/") for stage in stages)
    names_of_variants = {run.run.variant for run in planned.runs}
    assert study.baseline is None or study.baseline in names_of_variants
    made = {stage.name for stage in [*planned.shared, *stages]}
    assert {measure.stage for measure in study.list_metrics()} <= made


@pytest.mark.parametrize("path", RECIPES, ids=names(RECIPES))
def test_what_a_stage_reads_of_its_recipe_is_made_before(path):
    recipe = load_recipe(str(path))
    made: list[str] = []
    for stage in plan_stages(recipe, str(path), check_inputs=False):
        for read in config.paths(stage.settings, "input"):
            ours = read.startswith(f"{recipe.output}/")
            assert not ours or any(f"{read}/".startswith(f"{m}/") for m in made), read
        made.append(stage.output)


@pytest.mark.parametrize("path", ALL, ids=names(ALL))
def test_the_header_names_the_file(path):
    head = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        head.append(line)
    assert any(f"configs/{path.relative_to(CONFIGS)}" in line for line in head), head


def test_a_missing_input_names_the_recipe_that_writes_it(monkeypatch, tmp_path):
    (tmp_path / "configs" / "recipes").mkdir(parents=True)
    (tmp_path / "configs" / "recipes" / "swahili.yaml").write_text("")
    monkeypatch.chdir(tmp_path)
    said = "'runs/swahili/bitext'; tfmling run configs/recipes/swahili.yaml writes it"
    with pytest.raises(config.ConfigError, match=said):
        config.build(ExportText, {"records": "runs/swahili/bitext", "output": "out"}, "a.yaml")
    with pytest.raises(config.ConfigError, match=r"folder: 'runs/hausa/bitext'$"):
        config.build(ExportText, {"records": "runs/hausa/bitext", "output": "out"}, "a.yaml")


@pytest.mark.parametrize(("folder", "runs"), [("recipes", "runs"), ("studies", "runs/studies")])
def test_the_output_of_a_recipe_has_its_name(folder, runs):
    for path in (CONFIGS / folder).glob("*.yaml"):
        assert f"\noutput: {runs}/{path.stem}\n" in path.read_text(), path
