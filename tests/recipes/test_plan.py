"""All stages of a recipe are validated before the first one starts."""

import subprocess
import sys
import time

import pytest
import yaml

from tfmling.cli.main import main
from tfmling.core.config import ConfigError
from tfmling.recipes.plan import load_recipe, plan_stages
from tfmling.recipes.settings import Recipe

pytestmark = pytest.mark.usefixtures("tiny_commands")


def plan(recipe, *overrides):
    return plan_stages(load_recipe(str(recipe), overrides), "r.yaml")


def problem_of(recipe, *overrides):
    with pytest.raises(ConfigError) as caught:
        plan(recipe, *overrides)
    return str(caught.value)


def test_references_and_the_default_output(recipe, tmp_path):
    first, second = plan(recipe)
    assert first.settings.source == f"{tmp_path}/start.txt"
    assert first.output == f"{tmp_path}/out/first"
    assert second.settings.source == f"{tmp_path}/out/first/text.txt"
    assert second.flags == ("--loud=b",)
    assert second.command == "copy"


def test_an_output_of_its_own_is_what_others_refer_to(recipe, tmp_path):
    first, second = plan(recipe, "stages.first.config.output=${data}/elsewhere")
    assert first.output == f"{tmp_path}/elsewhere"
    assert second.settings.source == f"{tmp_path}/elsewhere/text.txt"


def test_an_unknown_key_is_named_with_file_stage_and_nearest(recipe):
    assert problem_of(recipe, "stages.second.config.sufix=x") == (
        "r.yaml: stages.second.config: sufix: unknown key; did you mean 'suffix'?"
    )


def test_an_unknown_reference_is_named_with_its_place(recipe):
    assert problem_of(recipe, "stages.second.config.source=${stages.frist}/x") == (
        "r.yaml: stages.second.config.source: ${stages.frist} has no value; "
        "did you mean 'stages.first'?"
    )


def test_a_stage_cannot_refer_to_a_later_one(recipe):
    said = problem_of(recipe, "stages.first.config.source=${stages.second}/x")
    assert "stages.first.config.source: ${stages.second} has no value" in said


def test_a_missing_file_that_no_stage_makes_is_found_at_once(recipe):
    said = problem_of(recipe, "variables.data=/nowhere")
    assert said.startswith("r.yaml: stages.first.config: source: no such file or folder: '/nowhere")
    loaded = load_recipe(str(recipe), ["variables.data=/nowhere"])
    assert len(plan_stages(loaded, "r.yaml", check_inputs=False)) == 2


def test_unknown_commands_are_rejected(recipe):
    said = problem_of(recipe, "stages.first.command=tiny_commands.words")
    assert "r.yaml: stages.first.command: expected a command (" in said
    assert said.endswith("got 'tiny_commands.words'")
    assert "got 'nowhere.train'" in problem_of(recipe, "stages.first.command=nowhere.train")


def test_two_stages_cannot_write_one_folder(recipe):
    said = problem_of(recipe, "stages.second.config.output=${stages.first}")
    assert "stages.second.config.output: " in said
    assert "is in the output of the stage first" in said


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("${data}/out/./first", "is in the output of the stage first"),
        ("${data}/out/first/deep", "is in the output of the stage first"),
        ("${data}/link/first", "is in the output of the stage first"),
        ("${output}", "holds the output of the stage first"),
        ("${data}", "holds the output of the stage first"),
        ("${data}/start.txt", "which the stage first reads"),
        ('""', "got an empty one"),
        ("${data}/out/first.unfinished", "a folder of the stage first"),
        ("${data}/out/first.unfinished/deep", "a folder of the stage first"),
    ],
)
def test_a_stage_writes_over_nothing_else(recipe, tmp_path, output, said):
    (tmp_path / "link").symlink_to("out")
    assert said in problem_of(recipe, f"stages.second.config.output={output}")


def test_the_state_of_a_stage_is_in_no_other_output(recipe):
    said = problem_of(
        recipe,
        "stages.first.config.output=${data}/a.unfinished",
        "stages.second.config.output=${data}/a",
    )
    assert "a.unfinished' is in a folder of the stage first" in said


def test_the_first_stage_cannot_hold_the_recipe(recipe):
    said = problem_of(recipe, "stages.first.config.output=${output}")
    assert "holds the output of the whole recipe" in said


def test_a_recipe_does_not_write_into_a_folder_of_somebody_else(recipe, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    with pytest.raises(SystemExit) as refused:
        main(["run", str(recipe)])
    assert refused.value.code == 2
    assert "was not created by tfmling (it has no .tfmling-lock)" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("stages.second.name=first", "stages need different names; repeated: first"),
        ("stages.second.name=logs", "'logs' is a folder of the recipe itself"),
        ("output=gs://bucket/x", "expected a local folder"),
        ("stages=[]", "stages: "),
        ("report.befor=x", "report.befor: unknown key; did you mean 'before'?"),
    ],
)
def test_recipes_that_cannot_be_used(recipe, override, expected):
    assert expected in problem_of(recipe, override)


def write(tmp_path, values):
    path = tmp_path / "real.yaml"
    path.write_text(yaml.safe_dump({"output": "out"} | values, sort_keys=False))
    return path


def evaluation(tmp_path):
    sentences = {"format": "plain_text", "language": "en", "path": __file__}
    sets = [{"kind": "similarity", "name": "x", "reference": "old", "sentences": sentences}]
    models = {"old": str(tmp_path), "new": str(tmp_path)}
    settings = {"models": models, "sets": sets}
    return {"name": "scores", "command": "evaluate", "config": settings}


def test_the_report_compares_models_that_are_scored(tmp_path):
    stages = [evaluation(tmp_path)]
    assert plan(write(tmp_path, {"stages": stages, "report": {"before": "old", "after": "new"}}))
    said = problem_of(write(tmp_path, {"stages": stages, "report": {"before": "old"}}))
    assert said.endswith(
        "report.after: expected a model that an evaluate stage scores (old, new), got 'after'"
    )


def test_a_wrong_key_fails_in_a_second_without_tensorflow(tmp_path):
    stage = {"name": "train", "command": "train", "config": {"stesp": 1}}
    path = write(tmp_path, {"stages": [stage]})
    code = (
        "import sys, atexit\n"
        "atexit.register(lambda: print('tensorflow' in sys.modules, 'matplotlib' in sys.modules))\n"
        f"from tfmling.cli.main import main; main(['run', {str(path)!r}])"
    )
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "stages.train.config: stesp: unknown key; did you mean 'steps'?" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == "False False\n"
    assert time.monotonic() - start < 5  # under a second alone; tests run beside other work


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("variables.dta=/x", "--set variables.dta: .* declares no such variable; did you mean 'da"),
        ("variables={data: a, zz: b}", "--set variables.zz: .* declares no such variable; known: "),
    ],
)
def test_a_variable_that_the_file_does_not_declare_is_rejected(tmp_path, override, said):
    path = tmp_path / "r.yaml"
    path.write_text("output: out\nvariables: {data: /d}\nstages: []\n")
    with pytest.raises(ConfigError, match=said):
        load_recipe(str(path), [override])


def test_flags_of_a_stage_without_a_runner_are_rejected():
    stage = {"name": "a", "command": "train", "flags": ["--dry-run"]}
    recipe = Recipe.model_validate({"output": "out", "stages": [stage]})
    with pytest.raises(ConfigError, match=r"^r: stages\.a\.flags: .* has no runner; .*--dry"):
        plan_stages(recipe, "r")
