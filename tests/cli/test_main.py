"""The command `tfmling` runs one command of the registry, and imports no other."""

import re
import subprocess
import sys

import pytest

from tfmling.cli.main import main
from tfmling.core.commands import COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_describes_itself_without_tensorflow(name):
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('tensorflow' in sys.modules))\n"
        f"from tfmling.cli.main import main; main([{name!r}, '--help'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ("--set KEY=VALUE" in done.stdout) == bool(COMMANDS[name].settings)
    assert len(done.stdout.splitlines()) > 10
    assert done.stdout.endswith("False\n")


def test_no_command_exits_with_2_and_names_all(capsys):
    with pytest.raises(SystemExit) as caught:
        main([])
    assert caught.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("tfmling: no command; known: ")
    assert all(name in line for name in COMMANDS)


def test_a_misspelt_command_exits_with_2_and_names_the_nearest(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["trian"])
    assert caught.value.code == 2
    said = "tfmling: unknown command 'trian'; did you mean 'train'?; see tfmling --help\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(("columns", "lines"), [(100, 30), (80, 60)])
def test_help_lists_each_command_once(columns, lines, capsys, monkeypatch):
    """In two columns, on one screen, where the terminal is wide enough."""
    monkeypatch.setenv("COLUMNS", str(columns))
    main(["--help"])
    shown = capsys.readouterr().out
    for name, command in COMMANDS.items():
        line = rf"  {name} +{re.escape(command.about)}(  |$)"
        assert len(re.findall(line, shown, re.MULTILINE)) == 1, name
    assert len(shown.splitlines()) <= lines
    assert max(map(len, shown.splitlines())) <= columns


def test_arguments_after_the_command_are_its_own(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["train", "--config", str(tmp_path / "no.yaml")])
    assert caught.value.code == 2
    assert f"{tmp_path}/no.yaml: no such file" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_no_python(name, capsys):
    with pytest.raises(SystemExit):
        main([name, "--help"])
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: tfmling {name} ")
    assert ">>>" not in shown
