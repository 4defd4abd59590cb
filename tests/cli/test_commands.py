"""Settings can start only the code in the registry of commands."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tfmling.core.code_version import import_closure
from tfmling.core.commands import COMMANDS, command_of_settings
from tfmling.recipes.settings import Recipe, Report

TOUCH = "from pathlib import Path\nPath({ran!r}).touch()\n"
RECIPE = "output: out\nstages: [{{name: a, command: {command}, config: {config}}}]\n"


ROOT = Path(__file__).parents[2]


def places():
    for command in COMMANDS.values():
        switches = (switch.function for switch in command.switches.values())
        yield from filter(None, (command.function, command.settings, *switches))


@pytest.mark.parametrize("place", places())
def test_every_function_and_class_of_the_registry_is_defined(place):
    """Without importing TensorFlow or Beam."""
    module, name = place.split(":")
    path = import_closure(module)[module]
    top = ast.parse(path.read_text(encoding="utf-8")).body
    assert name in [each.name for each in top if isinstance(each, ast.FunctionDef | ast.ClassDef)]


def test_settings_name_their_command():
    assert command_of_settings(Recipe) == "run"
    assert command_of_settings(Report) is None


@pytest.fixture
def hostile_folder(tmp_path):
    """A working directory whose modules leave a file `ran` when they are imported.

    The package `evil` in `site` does too; it is on the path, as an installed one is.
    """
    touch = TOUCH.format(ran=str(tmp_path / "ran"))
    site = [f"site/evil/{name}" for name in ("__init__", "train", "part/__init__")]
    for name in (*site, "pydantic", "yaml", "fsspec", "tensorflow"):
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(touch)
    return tmp_path


def run(folder, *arguments):
    """The console script `tfmling`, as a user in `folder` calls it."""
    code = "import sys; from tfmling.cli.main import main; main(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments],
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{folder}/site"},
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize(
    "command", ["evil.train", "evil", "evil.train:main", "..train", "tfmling.train", "study"]
)
def test_a_recipe_does_not_import_what_it_names(hostile_folder, command):
    (hostile_folder / "r.yaml").write_text(RECIPE.format(command=f"'{command}'", config="{}"))
    done = run(hostile_folder, "run", "r.yaml")
    assert done.returncode == 2
    assert "stages.a.command: expected a command (" in done.stderr
    assert not (hostile_folder / "ran").exists()


def test_a_model_in_a_package_is_not_imported(hostile_folder):
    config = "{base: {kind: encoder, path: 'package:evil.part/model'}}"
    (hostile_folder / "r.yaml").write_text(RECIPE.format(command="extend_vocab", config=config))
    done = run(hostile_folder, "run", "r.yaml")
    assert done.returncode == 2
    assert "package:evil.part/model" in done.stderr
    assert not (hostile_folder / "ran").exists()


def test_a_stage_imports_nothing_from_the_working_directory(hostile_folder):
    (hostile_folder / "r.yaml").write_text(
        RECIPE.format(
            command="construct_corpus",
            config="{sentences_a: 20, sentences_b: 20, train_pairs: 20, test_pairs: 20}",
        )
    )
    done = run(hostile_folder, "run", "r.yaml")
    assert not (hostile_folder / "ran").exists()
    assert "done in" in done.stdout, done.stdout + done.stderr
