"""The imports of a command are followed wherever they are, and no further than our packages."""

import pytest

from tfmling.core.code_version import code_version, import_closure
from tfmling.core.commands import COMMANDS

MODULES = {
    "pack/__init__.py": "",
    "pack/main.py": "import os\nfrom pack import config\ndef f():\n  from pack.room.deep import x",
    "pack/config.py": "A = 1",
    "pack/room/__init__.py": "import other.thing",
    "pack/room/deep.py": "from . import near\nfrom ..top import y\nimport numpy",
    "pack/room/near.py": "",
    "pack/top.py": "y = 1",
    "pack/unused.py": "",
    "other/__init__.py": "",
    "other/thing.py": "",
}


@pytest.fixture
def packages(tmp_path, monkeypatch):
    for name, text in MODULES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_closure(packages):
    expected = {"pack", "pack.main", "pack.config", "pack.room", "pack.room.deep", "pack.room.near"}
    assert set(import_closure("pack.main", ["pack"])) == expected | {"pack.top"}
    both = set(import_closure("pack.main", ["pack", "other"]))
    assert both == expected | {"pack.top", "other", "other.thing"}


@pytest.mark.parametrize(
    ("name", "text", "changed"),
    [
        ("pack/top.py", "y = 2", True),
        ("pack/room/near.py", "z = 1", True),
        ("pack/top.py", "y  =  1  # one\n", False),
        ("pack/unused.py", "z = 1", False),
    ],
)
def test_what_changes_the_version(packages, name, text, changed):
    before = code_version(["pack.main"])
    assert code_version(["pack.main"]) == before
    (packages / name).write_text(text)
    assert (code_version(["pack.main"]) != before) == changed


def test_no_such_module(packages):
    with pytest.raises(ModuleNotFoundError, match=r"pack.mian: no such module in .*, pack"):
        code_version(["pack.mian"])


def test_train_depends_on_objectives_and_not_on_reports():
    found = {name for module in COMMANDS["train"].modules for name in import_closure(module)}
    assert "tfmling.objectives.masked_lm" in found
    assert "tfmling.core.config" in found
    assert not [
        name for name in found if name.startswith(("tfmling.recipes", "tfmling.evaluation"))
    ]
