"""Mistakes on a command line are explained in one line."""

import pytest

from tfmling.cli.main import main
from tfmling.cli.parser import parse_command_line
from tfmling.core.commands import COMMANDS, Command
from tfmling.core.config import ConfigError, OutputPath, Settings


class Example(Settings):
    output: OutputPath
    steps: int = 1


@pytest.fixture
def example(monkeypatch):
    """The name of a command with a runner whose settings are `Example`."""
    command = Command("", f"{__name__}:Example", "", has_runner=True)
    monkeypatch.setitem(COMMANDS, "example", command)
    return "example"


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text(f"output: {tmp_path}/out\n")
    return str(file)


def test_the_file_may_be_given_with_or_without_its_option(example, path):
    ways = [["--config", path], [path], [f"--config={path}"]]
    for way in ways:
        for arguments in ([*way, "--set", "steps=3"], ["--set", "steps=3", *way]):
            assert parse_command_line(example, arguments)[0].steps == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], r"expected one file of settings \(--config FILE\), found none"),
        (["a.yaml", "b.yaml"], "found a.yaml, b.yaml"),
        (["a.yaml", "--config", "b.yaml"], "found b.yaml, a.yaml"),
        (["a.yaml", "--steps", "3"], "unknown option --steps; settings are given as --set steps="),
        (["a.yaml", "--steps=3"], "unknown option --steps; settings are given as --set steps="),
        (["a.yaml", "--ovewrite"], "unknown option --ovewrite;"),
        (["a.yaml", "--over"], "unknown option --over;"),
        (["a.yaml", "--set"], "argument --set: expected one argument"),
        (["a.yaml", "--runner=FnApiRunner"],
         r"unknown option --runner; flags for the runner follow a bare -- \(… -- --runner=FnApi"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(example, arguments, said):
    with pytest.raises(ConfigError, match=f"^tfmling example: .*{said}") as caught:
        parse_command_line(example, arguments)
    assert "\n" not in str(caught.value)


def one_line(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("run", "study")])
def test_every_command_rejects_what_is_not_for_it(name, capsys):
    """And before it opens the file of settings."""
    if COMMANDS[name].has_runner:
        return
    line = one_line([name, "no.yaml", "--", "--set", "output=x"], capsys)
    assert line.startswith(f"tfmling {name}: this command has no runner: expected nothing after --")
    assert "found --set" in line


@pytest.mark.parametrize("name", ["run", "study"])
def test_flags_of_stages_are_explained(name, capsys):
    line = one_line([name, "no.yaml", "--", "--runner=FnApiRunner"], capsys)
    assert "expected nothing after --, found --runner=FnApiRunner" in line
    assert "the key `flags` of the stages in no.yaml" in line


@pytest.mark.parametrize("name", ["run", "study", "train", "build_bitext"])
@pytest.mark.parametrize("way", [["--config", "no.yaml"], ["no.yaml"]])
def test_a_file_that_is_not_there(name, way, capsys):
    assert one_line([name, *way], capsys).startswith("no.yaml: no such file; expected a YAML")


def test_a_switch_after_the_dashes_is_no_switch(path, capsys):
    assert "expected nothing after --" in one_line(["train", path, "--", "--dry-run"], capsys)
