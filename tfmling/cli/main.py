"""The command `tfmling`: parses the command line and calls the function of a command."""

import itertools
import shutil
import sys
from collections.abc import Sequence

from tfmling import __version__
from tfmling.cli.parser import parse_command_line, parse_options
from tfmling.cli.words import parse_words
from tfmling.core.commands import COMMANDS, GROUPS, load
from tfmling.core.config_errors import ConfigError, nearest
from tfmling.core.report_errors import report_user_errors

_USAGE = """\
usage: tfmling COMMAND [--config FILE] [--KEY VALUE ...]
       tfmling COMMAND --help     what it does, and its keys"""
_COLUMN = 50  # characters


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command that the first word names.

    Args:
        arguments: the command and its arguments; None takes those of the process.

    Example:
        >>> main(["--version"])  # doctest: +ELLIPSIS
        tfmling ...
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    name = arguments[0] if arguments else ""
    if name in ("-h", "--help"):
        print(_help())
    elif name == "--version":
        print(f"tfmling {__version__}")
    elif name not in COMMANDS:
        found = f"unknown command {name!r}" if name else "no command"
        raise ConfigError(f"tfmling: {found}; {nearest(name, COMMANDS)}; see tfmling --help")
    else:
        _run(name, arguments[1:])


def _run(name: str, arguments: Sequence[str]) -> None:
    """Parse and check the arguments, import the command's function, and call it."""
    command = COMMANDS[name]
    if not command.settings:
        load(command.function)(**parse_words(name, arguments))
    elif command.runs_stages:
        options = parse_options(name, arguments)
        run = load(command.function)
        run(options.file, options.set, overwrite=options.overwrite, restart=options.restart)
    else:
        settings, flags, switch = parse_command_line(name, arguments)
        run = load(command.switches[switch].function if switch else command.function)
        run(settings, *([flags] if command.has_runner else []))


def _help() -> str:
    """List the commands by group, in two columns where the terminal has room for them."""
    blocks = [
        [f"{group}:", *(f"  {name:<20}{COMMANDS[name].about}" for name in names), ""]
        for group, names in GROUPS.items()
    ]
    half = sum(map(len, blocks)) / 2
    left: list[str] = []
    right: list[str] = []
    for block in blocks:
        column = left if len(left) + len(block) / 2 <= half and not right else right
        column += block
    if shutil.get_terminal_size(fallback=(100, 30)).columns < 2 * _COLUMN:
        lines = left + right
    else:
        pairs = itertools.zip_longest(left, right, fillvalue="")
        lines = [f"{a:<{_COLUMN}}{b}".rstrip() for a, b in pairs]
    return "\n".join([_USAGE, "", *lines]).rstrip()
