"""Mistakes on a command line are explained in one line."""

from typing import Literal

import pytest

from tfmling.cli.main import main
from tfmling.cli.parser import load_settings, parse_options
from tfmling.core.commands import COMMANDS, Command
from tfmling.core.config import ConfigError, OutputPath, Settings


class Loop(Settings):
    size: int = 4
    """Sentences per batch, 5 % of them kept."""


class Example(Settings):
    output: OutputPath
    steps: int = 1
    names: list[str] = []
    lengths: list[int] = []
    groups: list[list[str]] = []
    some: list[str] | None = ["a"]
    kinds: list[Literal["x", "y"]] = []
    places: list[str] | Loop = []
    loop: Loop = Loop()
    other_loop: Loop = Loop()
    loops: list[Loop] = []


def parse(name, arguments):
    return load_settings(name, parse_options(name, arguments))


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
            assert parse(example, arguments).steps == 3


def test_keys_are_flags(example, path):
    given = [
        "--steps",
        "3",
        "--loop.size=5",
        "--other_loop.size",
        "7",
        "--names",
        "a, b",
        "--names",
        "c: d",
    ]
    settings = load_settings(
        example, parse_options(example, [path, *given, "--lengths", "1", "--lengths", "2"])
    )
    assert (settings.steps, settings.loop.size, settings.other_loop.size) == (3, 5, 7)
    assert (settings.names, settings.lengths) == (["a, b", "c: d"], [1, 2])
    whole = load_settings(
        example, parse_options(example, [path, "--names", "[a, b]", "--loops", "[{size: 9}]"])
    )
    assert (whole.names, whole.loops[0].size) == (["a", "b"], 9)


@pytest.mark.parametrize(
    ("arguments", "key", "value"),
    [
        (["--lengths", "1"], "lengths", [1]),
        (["--kinds", "x"], "kinds", ["x"]),
        (["--kinds", "x", "--kinds", "y"], "kinds", ["x", "y"]),
        (["--loops", "{size: 3}"], "loops", [Loop(size=3)]),
        (["--loops", "{size: 3}", "--loops", "{size: 5}"], "loops", [Loop(size=3), Loop(size=5)]),
        (["--groups", "[a]", "--groups", "[b, c]"], "groups", [["a"], ["b", "c"]]),
        (["--some", "null"], "some", None),
        (["--some", "null", "--some", "b"], "some", ["null", "b"]),
        (["--places", "a"], "places", ["a"]),
        (["--places", "{size: 3}"], "places", Loop(size=3)),
    ],
)
def test_lists_are_given_item_by_item(example, path, arguments, key, value):
    assert getattr(parse(example, [path, *arguments]), key) == value


def test_a_command_without_a_file(example, tmp_path):
    settings = load_settings(
        example, parse_options(example, ["--output", f"{tmp_path}/out", "--set", "steps=2"])
    )
    assert (settings.output, settings.steps) == (f"{tmp_path}/out", 2)
    with pytest.raises(ConfigError, match="command line: output: this key is required"):
        parse(example, ["--steps", "2"])


def test_help_lists_each_key_with_type_default_and_text(example, capsys):
    with pytest.raises(SystemExit):
        parse(example, ["--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "--output TEXT (required)" in shown
    assert "--steps INT (default: 1)" in shown
    assert "--loop.size INT Sentences per batch, 5 % of them kept. (default: 4)" in shown
    assert "--loops LIST of KEYS (default: [])" in shown


def test_help_lists_the_keys_of_choices_and_lists_when_asked(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    shown = capsys.readouterr().out
    assert "tasks: alignment, distillation, dual_encoder, masked_lm" in shown
    assert "max_predictions" not in shown
    with pytest.raises(SystemExit):
        main(["train", "--help", "tasks.masked_lm"])
    shown = capsys.readouterr().out
    assert shown.startswith("tasks, kind: masked_lm: ")
    assert "\n  max_predictions  INT\n" in shown
    with pytest.raises(SystemExit, match=r"no such key with keys; did you mean 'tasks\.masked_lm'"):
        main(["train", "--help", "tasks.masked"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], r"expected a file of settings .* or its keys as flags .*, found none"),
        (["a.yaml", "b.yaml"], "found a.yaml, b.yaml"),
        (["a.yaml", "--config", "b.yaml"], "found b.yaml, a.yaml"),
        (["a.yaml", "--stesp", "3"], "unknown option --stesp; did you mean '--steps'"),
        (["a.yaml", "--loops.size=3"], "unknown option --loops.size; did you mean '--loop.size'"),
        (["a.yaml", "--loops.0.x=3"], r"unknown .*; give this key as --set loops\.0\.x=VALUE"),
        (["a.yaml", "--steps", "3", "--steps", "4"], "--steps: expected once, found twice"),
        (["a.yaml", "--ovewrite"], "unknown option --ovewrite; did you mean '--overwrite'"),
        (["a.yaml", "--over"], "unknown option --over;"),
        (["a.yaml", "--", "--runner=x", "--steps=3"], "--steps is an option .*; put it before the"),
        (["a.yaml", "--", "--set", "steps=3"], "--set is an option of this command; put it before"),
        (["a.yaml", "--set"], "argument --set: expected one argument"),
        (["a.yaml", "--runner=FnApiRunner"],
         r"unknown option --runner; flags for the runner follow a bare -- \(… -- --runner=FnApi"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(example, arguments, said):
    with pytest.raises(ConfigError, match=f"^tfmling example: .*{said}") as caught:
        parse(example, arguments)
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
