"""Import contracts between packages, and no early import of TensorFlow."""

import shutil
import subprocess
import sys

import pytest

pytest.importorskip("importlinter")

PACKAGES = ("tfmling", "beam_pipelines", "export")
HEAVY = {"tensorflow", "keras", "keras_hub", "apache_beam", "matplotlib", "torch"}


def lint(folder):
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_contracts_hold(project_root):
    done = lint(project_root)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("tfmling/text/words.py", "from tfmling.vocab import learners", "lower packages"),
        ("tfmling/records/example.py", "import apache_beam", "tfmling knows neither Beam"),
        ("tfmling/train.py", "from export import settings", "tfmling knows neither Beam"),
        ("beam_pipelines/settings.py", "import keras", "Beam knows no network"),
        ("export/settings.py", "import beam_pipelines.settings", "Export knows no Beam"),
        ("tfmling/new_room.py", "", "new_room"),
    ],
)
def test_contracts_can_break(project_root, tmp_path, file, line, contract):
    for name in PACKAGES:
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(project_root / name, tmp_path / name, ignore=ignore)
    shutil.copy(project_root / "pyproject.toml", tmp_path)
    with open(tmp_path / file, "a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    done = lint(tmp_path)
    assert done.returncode == 1
    # the name of the contract, and then BROKEN; or the module that has no place
    broken = [part for part in done.stdout.splitlines() if "BROKEN" in part or "new_room" in part]
    assert any(contract in part for part in broken), done.stdout


def modules_named(project_root, name):
    found = [path for package in PACKAGES for path in (project_root / package).rglob(name)]
    return [str(path.relative_to(project_root).with_suffix("")).replace("/", ".") for path in found]


def test_settings_import_nothing_heavy(project_root):
    modules = ["tfmling", "tfmling.core.config", *modules_named(project_root, "settings.py")]
    assert len(modules) > 8
    code = f"import sys, {', '.join(modules)}; print(*{HEAVY!r} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project_root, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
