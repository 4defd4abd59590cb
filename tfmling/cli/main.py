"""The command `tfmling`: parses the command line and calls the function of a command."""

import itertools
import shutil
import sys
from collections.abc import Sequence

from tfmling import __version__
from tfmling.cli.parser import load_settings, parse_options
from tfmling.cli.result import printing
from tfmling.cli.words import parse_words
from tfmling.core import config, outputs
from tfmling.core.commands import COMMANDS, GROUPS, load
from tfmling.core.config_errors import ConfigError, nearest
from tfmling.core.report_errors import report_user_errors
from tfmling.core.yaml_values import apply_overrides

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
        return
    options = parse_options(name, arguments)
    if command.runs_stages:
        output = str(
            apply_overrides(config.read_values(options.file), options.set).get("output", "")
        )
        with printing(options.printed, name, output):
            load(command.function)(
                options.file, options.set, overwrite=options.overwrite, restart=options.restart
            )
        return
    settings = load_settings(name, options)
    function = command.switches[options.switch].function if options.switch else command.function
    with printing(options.printed, name, outputs.output_of(settings)):
        load(function)(settings, *([options.flags] if command.has_runner else []))


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
