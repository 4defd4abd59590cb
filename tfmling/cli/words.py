"""The command line of commands without settings: the parameters of their function."""

import argparse
import inspect
import re
import typing
from collections.abc import Callable, Sequence
from typing import Any

import pydantic

from tfmling.cli.command_parser import CommandParser, explain_flags, split_at_dashes
from tfmling.core.commands import COMMANDS, load


def parse_words(name: str, arguments: Sequence[str]) -> dict[str, Any]:
    """Parse the command line of a command without settings.

    The first parameter of its function takes the words: one for a `str` or `Literal`, more for
    another type, and none if it has a default. The other parameters are options: `--limit 5` for
    `limit: int | None = None`, and `--quiet` for `quiet: bool = False`. Their help is their
    description in `Args:`.

    Args:
        name: a key of `COMMANDS`.
        arguments: those that follow the name.

    Returns:
        The arguments of the function, by parameter.

    Raises:
        CommandLineError: no word, an unknown option, or a value of another type.

    Example:
        >>> parse_words("verify", ["runs/sw", "runs/study"])
        {'paths': ['runs/sw', 'runs/study']}
    """
    own, flags = split_at_dashes(arguments)
    function = load(COMMANDS[name].function)
    parser = build_parser(name)
    if flags:
        parser.error(explain_flags(flags))
    options = vars(parser.parse_args(own))
    return {key: options[key] for key in inspect.signature(function).parameters}


def build_parser(name: str) -> CommandParser:
    """Build the parser of a command without settings.

    Example:
        >>> build_parser("schema").options
        ['-h', '--help', '--debug', '--output']
    """
    function = load(COMMANDS[name].function)
    types, about = typing.get_type_hints(function), _describe_parameters(function)
    first, *others = inspect.signature(function).parameters.values()
    choices = typing.get_args(types[first.name]) if _is_literal(types[first.name]) else None
    word = "|".join(choices) if choices else first.name.removesuffix("s").upper()
    one = choices or types[first.name] is str
    optional = first.default is not inspect.Parameter.empty
    words = f"[{word} ...]" if optional else word if one else f"{word} [{word} ...]"
    parser = CommandParser(name, f"{words} [options]", function)
    nargs = "*" if optional else None if one else "+"
    parser.add_argument(
        first.name, nargs=nargs, choices=choices, metavar=word, help=about.get(first.name)
    )
    for parameter in others:
        _add_option(parser, parameter, types[parameter.name], about.get(parameter.name, ""))
    return parser


def _add_option(
    parser: argparse.ArgumentParser, parameter: inspect.Parameter, type_: Any, about: str
) -> None:
    flag, default = f"--{parameter.name}", parameter.default
    about = about.replace("%", "%%")
    if type_ is bool:
        parser.add_argument(flag, action="store_true", help=about)
        return

    def value(text: str) -> Any:
        return pydantic.TypeAdapter(type_).validate_strings(text)

    value.__name__ = metavar = _spell(type_)  # argparse: invalid INT value: 'x'
    if default not in (None, inspect.Parameter.empty):
        about = f"{about} (default: {default})"
    parser.add_argument(flag, type=value, default=default, metavar=metavar, help=about)


def _spell(type_: Any) -> str:
    """Spell a type for `--help`.

    Literals list their values, and a value that may be missing is spelled as if it never were.
    """
    if _is_literal(type_):
        return "|".join(typing.get_args(type_))
    inner = [each for each in typing.get_args(type_) if each is not type(None)]
    return _spell(inner[0]) if inner else {int: "INT", float: "NUMBER"}.get(type_, "TEXT")


def _is_literal(type_: Any) -> bool:
    return typing.get_origin(type_) is typing.Literal


def _describe_parameters(function: Callable[..., None]) -> dict[str, str]:
    """The descriptions in the section `Args:` of a docstring, by parameter."""
    section = (inspect.getdoc(function) or "").partition("\nArgs:\n")[2].partition("\n\n")[0]
    found = re.findall(r"^    (\w+): (.*(?:\n {6,}.*)*)", section, re.MULTILINE)
    return {name: re.sub(r"\s+", " ", text) for name, text in found}
