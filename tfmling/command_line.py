"""The command line of every command: `--config FILE --set a.b=c --overwrite -- runner flags`."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from tfmling import config, outputs
from tfmling.config import SettingsType
from tfmling.config_errors import ConfigError


def parse_command_line(
    model: type[SettingsType],
    description: str | None,
    arguments: Sequence[str] | None = None,
    switches: Mapping[str, str] = MappingProxyType({}),
) -> tuple[SettingsType, list[str]]:
    """The command line of every main: `--config FILE --set a.b=c -- runner flags`.

    Args:
        model: the settings class.
        description: the main's docstring.
        arguments: None takes the process's own.
        switches: further options without a value, with their help.

    Returns:
        The settings, and the switches that were given followed by what stood after `--`.

    Exits with status 2 and one message where the configuration cannot be used.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    own, flags = _split_at_dashes(arguments)
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="What follows a bare -- goes to the runner.",
    )
    parser.add_argument("--config", required=True, metavar="FILE", help="settings in YAML")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override one key (a.b.0.c=value), may be repeated",
    )
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace an output that another command of tfmling wrote",
    )
    for name, about in switches.items():
        parser.add_argument(name, action="append_const", const=name, dest="given", help=about)
    options = parser.parse_args(own)
    given = getattr(options, "given", None) or []
    try:
        settings = config.load(model, options.config, options.set)
        settings._overwrite, settings._runner_flags = options.overwrite, tuple(flags)
        config.require_remote_inputs(settings)
        outputs.check_output(settings)
        return settings, [*given, *flags]
    except ConfigError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None


def _split_at_dashes(arguments: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]
