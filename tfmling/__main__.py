"""The command `tfmling`: one word for each command of the registry."""

import argparse
import sys
from collections.abc import Sequence

from tfmling.commands import COMMANDS, load_module


def main(arguments: Sequence[str] | None = None) -> None:
    """Hands over to the command that the first word names."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    lines = [f"  {name:<20}{command.about}" for name, command in COMMANDS.items()]
    parser = argparse.ArgumentParser(
        prog="tfmling",
        usage="tfmling COMMAND ...  (tfmling COMMAND --help says more)",
        description="\n".join(["commands:", *lines]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    options = parser.parse_args(arguments[:1])
    load_module(options.command).main(arguments[1:])


if __name__ == "__main__":
    main()
