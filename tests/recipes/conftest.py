"""A recipe of two tiny stages, whose command is written into a package of its own."""

import sys
from pathlib import Path

import pytest
import yaml

from tfmling.core.commands import COMMANDS, Command

SETTINGS = """
from tfmling.core import config

class Copy(config.Settings):
    output: config.OutputPath
    source: config.InputPath
    suffix: str = ""
"""

# Writes `source` + `suffix` to output/text.txt. Says what it does in `calls.txt` of the folder
# where the recipe lies. Obeys files there: `hang` lets it sleep, `break` lets it fail, both after
# it has left a half-done training behind; `eat` lets it fill the memory.
COPY = """
import os, shutil, sys, time
from pathlib import Path
from tfmling.core import outputs
from tiny_commands import words
from tiny_commands.settings import Copy

def copy(settings, flags):
    here = Path(os.environ["TINY_FOLDER"])
    running = Path(settings.output + ".unfinished")
    if settings._restart:
        shutil.rmtree(running, ignore_errors=True)
    steps = len(list(running.glob("*"))) if running.exists() else 0
    with open(here / "calls.txt", "a") as calls:
        calls.write(f"{Path(settings.output).name} {steps} {' '.join(flags)}".strip() + "\\n")
    running.mkdir(exist_ok=True)
    (running / f"step{steps}").touch()
    print("copying", settings.source)
    if (here / "break").exists():
        print("\\nline of the log")
        for share in (50, 90):
            sys.stdout.write(f"\\r{share} %")
        sys.exit("broken on purpose")
    if (here / "eat").exists():
        eaten = [b"x" * (1 << 24) for _ in range(1000)]
    try:
        if (here / "hang").exists():
            time.sleep(60)
    except KeyboardInterrupt as signal:
        print("last checkpoint,", type(signal).__name__)
        raise
    with outputs.publish(settings) as folder:
        text = Path(settings.source).read_text() + settings.suffix + words.END
        Path(folder, "text.txt").write_text(text)
    (running / f"step{steps}").unlink()
"""

# Python imports it at the start of every process, and so stages know the commands.
SITE = """
from tfmling.core.commands import COMMANDS, Command

COMMANDS["copy"] = Command("tiny_commands.copy:copy", "tiny_commands.settings:Copy", "", True, True)
COMMANDS["score"] = Command("tiny_commands.score:score", "tiny_commands.settings:Score", "")
"""


@pytest.fixture
def tiny_commands(tmp_path, monkeypatch) -> Path:
    """The package `tiny_commands` with the command `copy`, known to recipes; its folder."""
    package = tmp_path / "code" / "tiny_commands"
    package.mkdir(parents=True)
    for name, text in {
        "__init__": "",
        "settings": SETTINGS,
        "words": 'END = "."\n',
        "unused": "A = 1\n",
        "copy": COPY,
    }.items():
        (package / f"{name}.py").write_text(text)
    (package.parent / "sitecustomize.py").write_text(SITE)
    root = Path(__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", f"{package.parent}:{root}")
    monkeypatch.setenv("TINY_FOLDER", str(tmp_path))
    monkeypatch.syspath_prepend(package.parent)
    copy = Command("tiny_commands.copy:copy", "tiny_commands.settings:Copy", "", True, True)
    monkeypatch.setitem(COMMANDS, "copy", copy)
    yield package
    for name in [name for name in sys.modules if name.split(".")[0] == "tiny_commands"]:
        del sys.modules[name]


@pytest.fixture
def recipe(tmp_path, tiny_commands) -> Path:
    """A recipe of two stages: `first` copies start.txt, `second` what `first` wrote."""
    (tmp_path / "start.txt").write_text("a")
    values = {
        "output": str(tmp_path / "out"),
        "variables": {"data": str(tmp_path), "mark": "b"},
        "stages": [
            {
                "name": "first",
                "command": "copy",
                "config": {"source": "${data}/start.txt", "suffix": "${mark}"},
            },
            {
                "name": "second",
                "command": "copy",
                "config": {"source": "${stages.first}/text.txt", "suffix": "c"},
                "flags": ["--loud=${mark}"],
            },
        ],
    }
    path = tmp_path / "recipe.yaml"
    path.write_text(yaml.safe_dump(values))
    return path


@pytest.fixture
def calls(tmp_path):
    """What the stages have done since the last call: lines `stage steps-found flags`."""
    seen = 0

    def read() -> list[str]:
        nonlocal seen
        path = tmp_path / "calls.txt"
        lines = path.read_text().splitlines() if path.exists() else []
        new, seen = lines[seen:], len(lines)
        return new

    return read
