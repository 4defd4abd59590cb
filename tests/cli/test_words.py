"""A command without settings takes the parameters of its function."""

from collections.abc import Iterable
from typing import Literal

import pytest

from tfmling.cli.main import main
from tfmling.cli.words import parse_words
from tfmling.core.commands import COMMANDS, Command
from tfmling.core.config import ConfigError

CALLED = []


def show(
    paths: Iterable[str],
    *,
    limit: int | None = None,
    style: Literal["text", "json"] = "text",
    quiet: bool = False,
) -> None:
    """Print records.

    Args:
        paths: of records.
        limit: rows to print, at most 5 %
            of them.
        style: of the rows.
        quiet: print nothing.
    """
    CALLED.append((paths, limit, style, quiet))


def copy(source: str, output: str | None = None) -> None:
    """Copy one thing."""


def dump(names: Iterable[str] = ()) -> None:
    """Dump all things, or some."""


@pytest.fixture(autouse=True)
def commands(monkeypatch):
    monkeypatch.setitem(COMMANDS, "show", Command(f"{__name__}:show", "", ""))
    monkeypatch.setitem(COMMANDS, "copy", Command(f"{__name__}:copy", "", ""))
    monkeypatch.setitem(COMMANDS, "dump", Command(f"{__name__}:dump", "", ""))


def test_words_and_options_are_the_arguments_of_the_function():
    main(["show", "a", "--limit", "3", "--style=json"])
    assert CALLED.pop() == (["a"], 3, "json", False)
    main(["show", "--quiet", "a", "b"])
    assert CALLED.pop() == (["a", "b"], None, "text", True)
    assert parse_words("copy", ["a", "--output", "5"]) == {"source": "a", "output": "5"}
    assert parse_words("dump", ["a", "b"]) == {"names": ["a", "b"]}
    assert not parse_words("dump", [])["names"]


def test_help_describes_each_parameter_and_no_python(capsys):
    with pytest.raises(SystemExit):
        main(["show", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.startswith("usage: tfmling show PATH [PATH ...] [options] Print records. pos")
    assert "--limit INT rows to print, at most 5 % of them. --style" in shown
    assert "--style text|json of the rows. (default: text)" in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show"], "the following arguments are required: PATH"),
        (["show", "a", "--limit", "x"], "argument --limit: invalid INT value: 'x'"),
        (["show", "a", "--style", "xml"], r"argument --style: invalid text\|json value: 'xml'"),
        (["show", "a", "--lim", "3"], "unrecognized arguments: --lim"),
        (["show", "a", "--", "--x"], "this command has no runner: expected nothing after --"),
        (["copy", "a", "b"], "unrecognized arguments: b"),
    ],
)
def test_a_mistake_is_one_line(arguments, said):
    with pytest.raises(ConfigError, match=f"^tfmling {arguments[0]}: {said}"):
        parse_words(arguments[0], arguments[1:])
