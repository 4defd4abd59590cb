"""One registry names all code that settings can start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tfmling.core.commands import COMMANDS, command_of_module, load_module

TOUCH = "from pathlib import Path\nPath({ran!r}).touch()\n"
RECIPE = "output: out\nstages: [{{name: a, module: {module}, config: {config}}}]\n"


ROOT = Path(__file__).parents[2]


def test_every_main_is_registered():
    mains = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for folder in ("tfmling", "beam_pipelines", "export")
        for path in (ROOT / folder).glob("*.py")
        if "\ndef main(arguments" in path.read_text(encoding="utf-8")
    }
    known = {command.module for command in COMMANDS.values()}
    assert mains - {"tfmling.core.config", "tfmling.__main__"} == known


def test_a_module_that_is_not_registered_is_no_command():
    assert command_of_module("tfmling.train") == "train"
    assert command_of_module("train") is None
    assert command_of_module("evil.train") is None
    assert load_module("run").__name__ == "tfmling.run"


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
    code = "import sys; from tfmling.__main__ import main; main(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments],
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{folder}/site"},
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("module", ["evil.train", "evil", "evil.train:main", "..train", "train"])
def test_a_recipe_does_not_import_what_it_names(hostile_folder, module):
    (hostile_folder / "r.yaml").write_text(RECIPE.format(module=f"'{module}'", config="{}"))
    done = run(hostile_folder, "run", "r.yaml")
    assert done.returncode == 2
    assert "stages.a.module: expected the module of a command" in done.stderr
    assert not (hostile_folder / "ran").exists()


def test_a_model_in_a_package_is_not_imported(hostile_folder):
    config = "{base: {kind: encoder, path: 'package:evil.part/model'}}"
    (hostile_folder / "r.yaml").write_text(
        RECIPE.format(module="tfmling.extend_vocab", config=config)
    )
    done = run(hostile_folder, "run", "r.yaml")
    assert done.returncode == 2
    assert "package:evil.part/model" in done.stderr
    assert not (hostile_folder / "ran").exists()


def test_a_stage_imports_nothing_from_the_working_directory(hostile_folder):
    (hostile_folder / "r.yaml").write_text(
        RECIPE.format(
            module="tfmling.construct_corpus",
            config="{sentences_a: 20, sentences_b: 20, train_pairs: 20, test_pairs: 20}",
        )
    )
    done = run(hostile_folder, "run", "r.yaml")
    assert not (hostile_folder / "ran").exists()
    assert "done in" in done.stdout, done.stdout + done.stderr
