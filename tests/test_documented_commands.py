"""Every command line of README, docs and config headers is one that the parser accepts.

Settings are validated too, except that inputs need not exist. The recipes that write the inputs run
in the slow tests.
"""

import re
import shlex
from pathlib import Path

import pytest

from tfmling.cli.parser import parse_options
from tfmling.cli.words import parse_words
from tfmling.core import config
from tfmling.core.commands import COMMANDS, load
from tfmling.recipes.plan import load_recipe
from tfmling.studies.plan import load_study

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
CONFIGS = sorted((ROOT / "configs").rglob("*.yaml"))
_COMMAND = re.compile(r"^[#\s]*(?:\$ )?(?:\.venv/bin/)?tfmling ([a-z]\w+ .*)$", re.MULTILINE)
# placeholders, which a reader replaces
_NOT_A_VALUE = re.compile(r"[<>…]|\.\.\.|\b[A-Z]{2,}\b")


def documented():
    """Yield the words of each command line and its place."""
    for path in (*PAGES, *CONFIGS):
        text = re.sub(r"\\\n[#\s]*", " ", path.read_text(encoding="utf-8"))
        for line in _COMMAND.findall(text):
            words = shlex.split(re.split(r"  | \| ", line)[0].replace("(", " # ("), comments=True)
            if words[0] in COMMANDS and not _NOT_A_VALUE.search(" ".join(words)):
                yield pytest.param(words, id=f"{path.name}: {' '.join(words)[:70]}")


ALL = list(documented())


def test_many_are_found():
    assert len(ALL) > 60


@pytest.mark.parametrize("words", ALL)
def test_a_documented_command_is_accepted(words, monkeypatch):
    monkeypatch.chdir(ROOT)
    name, *arguments = words
    command = COMMANDS[name]
    if not command.settings:
        parse_words(name, arguments)
        return
    if "--help" in arguments:
        with pytest.raises(SystemExit, match=r"^0$"):
            parse_options(name, arguments)
        return
    options = parse_options(name, arguments)
    if options.file and not Path(options.file).exists():
        assert not options.file.startswith(("configs/", "tests/")), options.file
        return  # the reader's own file
    if name == "run":
        load_recipe(options.file, options.set)
    elif name == "study":
        load_study(options.file, options.set)
    else:
        config.load(load(command.settings), options.file, options.set, check_inputs=False)
