"""The command line of what runs stages: one YAML file, and overrides of its keys."""

import argparse
import sys
from collections.abc import Sequence

from tfmling.core.command_line import Parser, split_at_dashes


def parse_stages_command_line(
    command: str, description: str | None, arguments: Sequence[str] | None
) -> argparse.Namespace:
    """The command line of `tfmling run` and `tfmling study`.

    Args:
        command: its name, which is also what its file holds.
        description: the main's docstring.
        arguments: None takes the process's own.

    Returns:
        `file`, `set`, `overwrite` and `restart`.

    Raises:
        ConfigError: see `command_line.Parser.parse_known`.
    """
    what = {"run": "recipe"}.get(command, command)
    own, flags = split_at_dashes(sys.argv[1:] if arguments is None else arguments)
    parser = Parser(f"tfmling {command}", description)
    parser.add_common(
        f"a {what}",
        "variables.data=corpora",
        "let stages replace outputs that other commands of tfmling wrote",
    )
    parser.add_argument(
        "--restart",
        action="store_true",
        help="let stages that have to run start over, instead of resuming what they have saved",
    )
    options = parser.parse_known(own, None, has_runner=False)
    if flags:
        parser.error(
            f"nothing may follow --, found {flags[0]}; flags for a runner are the key `flags` of "
            f"the stages in {options.file}"
        )
    return options
