"""The command `tfmling`: one word for each command of the registry."""

import sys
from collections.abc import Sequence

from tfmling import __version__
from tfmling.core.commands import COMMANDS, load_module
from tfmling.core.config_errors import ConfigError, nearest
from tfmling.core.report_errors import report_user_errors


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Hands over to the command that the first word names."""
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
        load_module(name).main(arguments[1:])


def _help() -> str:
    lines = [f"  {name:<20}{command.about}" for name, command in COMMANDS.items()]
    return "\n".join(
        ["usage: tfmling COMMAND ...  (tfmling COMMAND --help says more)", "", "commands:", *lines]
    )


if __name__ == "__main__":
    main()
