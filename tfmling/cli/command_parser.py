"""What the parsers of all commands share: one-line errors, the description, the bare `--`."""

import argparse
import inspect
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from tfmling.core.config_errors import ConfigError
from tfmling.core.report_errors import DEBUG

# sections of a docstring that describe the Python function
_OF_PYTHON = re.compile(r"\n(Args|Returns|Raises|Example):\n.*", re.DOTALL)


class CommandLineError(ConfigError):
    """A command line that cannot be used.

    Example:
        >>> CommandParser("train", "FILE", int).error("expected a file, found none")
        Traceback (most recent call last):
        tfmling...CommandLineError: tfmling train: expected a file, ...; see tfmling train --help
    """


class CommandParser(argparse.ArgumentParser):
    """A parser with one-line errors, and without abbreviations of options.

    Args:
        name: of the command.
        usage: what follows the name.
        documented: the class or function whose docstring is the help.
        epilog: the end of the help.
        add_help: whether to add `--help`.

    Example:
        >>> CommandParser("train", "FILE", int).prog
        'tfmling train'
    """

    def __init__(
        self, name: str, usage: str, documented: Any, epilog: str = "", *, add_help: bool = True
    ):
        super().__init__(
            prog=f"tfmling {name}",
            usage=f"tfmling {name} {usage}",
            description=_OF_PYTHON.sub("", inspect.getdoc(documented) or ""),
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            add_help=add_help,
        )
        self.add_argument(DEBUG, action="store_true", help="show the traceback of an error")

    @property
    def options(self) -> list[str]:
        """All options, with their dashes."""
        return list(self._option_string_actions)

    def error(self, message: str) -> NoReturn:
        """Raise CommandLineError."""
        raise CommandLineError(f"{self.prog}: {message}; see {self.prog} --help")


def explain_flags(flags: Sequence[str]) -> str:
    """Explain that flags after `--` need a runner.

    Example:
        >>> explain_flags(["--runner=FnApiRunner"])
        'this command has no runner: expected nothing after --, found --runner=FnApiRunner'
    """
    return f"this command has no runner: expected nothing after --, found {flags[0]}"


def split_at_dashes(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the arguments before a bare `--`, and those after it.

    Example:
        >>> split_at_dashes(["a.yaml", "--", "--runner=FnApiRunner"])
        (['a.yaml'], ['--runner=FnApiRunner'])
    """
    arguments = list(arguments)
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]
