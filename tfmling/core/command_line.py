"""The command line of every command: `--config FILE --set a.b=c --overwrite -- runner flags`."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NoReturn

from tfmling.core import config, outputs
from tfmling.core.commands import COMMANDS, command_of_settings
from tfmling.core.config import SettingsType
from tfmling.core.config_errors import ConfigError
from tfmling.core.report_errors import DEBUG

RESTART = "start over: remove what an unfinished run of the same output has saved"


_USAGE = "[--config] FILE [--set KEY=VALUE] [options]"


class CommandLineError(ConfigError):
    """A command line that cannot be used."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, and that takes no abbreviations of options."""

    def __init__(
        self, program: str, description: str | None, epilog: str | None = None, usage: str = _USAGE
    ):
        super().__init__(
            prog=program,
            usage=f"{program} {usage}",
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.add_argument(DEBUG, action="store_true", help="show the traceback of an error")

    def error(self, message: str) -> NoReturn:
        """Raises CommandLineError."""
        raise CommandLineError(f"{self.prog}: {message}; see {self.prog} --help")

    def add_common(self, what: str, example: str, overwrite: str) -> None:
        """Adds the options that every command has.

        Args:
            what: is in the file of settings.
            example: of an assignment.
            overwrite: what `--overwrite` does.
        """
        self.add_argument(
            "--config", metavar="FILE", help=f"{what} in YAML, or the MANIFEST.json of an output"
        )
        self.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="KEY=VALUE",
            help=f"override one key ({example}), may be repeated",
        )
        self.add_argument("--overwrite", action="store_true", help=overwrite)

    def parse_known(
        self, arguments: Sequence[str], model: type[config.Settings] | None, has_runner: bool
    ) -> argparse.Namespace:
        """The options; `file` is the file of settings, given by its name alone or by `--config`.

        Args:
            arguments: before `--`.
            model: the settings, whose keys may have been mistaken for options.
            has_runner: whether flags for a runner may follow `--`.

        Raises:
            CommandLineError: an unknown option, and where it belongs; no file or two of them.
        """
        options, others = self.parse_known_args(arguments)
        for argument in others:
            if argument.startswith("-"):
                self.error(_explain(argument, model, has_runner))
        named = [name for name in (options.config, *others) if name]
        if len(named) != 1:
            found = ", ".join(named) or "none"
            self.error(f"expected one file of settings (--config FILE), found {found}")
        options.file = named[0]
        return options


def _explain(argument: str, model: type[config.Settings] | None, has_runner: bool) -> str:
    """Where an unknown argument belongs."""
    name = argument.partition("=")[0]
    key = name.lstrip("-").replace("-", "_")
    if key.partition(".")[0] in getattr(model, "model_fields", {}):
        return f"unknown option {name}; settings are given as --set {key}=VALUE"
    if has_runner:
        return f"unknown option {name}; flags for the runner follow a bare -- (… -- {argument})"
    return f"unknown option {name}"


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

    Raises:
        ConfigError: the command line or the settings cannot be used, or the output may not be
            written.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    own, flags = split_at_dashes(arguments)
    name = command_of_settings(model) or model.__name__
    has_runner = name not in COMMANDS or COMMANDS[name].has_runner
    parser = Parser(
        f"tfmling {name}",
        description,
        "What follows a bare -- goes to the runner." if has_runner else None,
        f"{_USAGE} -- FLAGS" if has_runner else _USAGE,
    )
    parser.add_common(
        "settings", "a.b.0.c=value", "replace an output that another command of tfmling wrote"
    )
    for switch, about in switches.items():
        parser.add_argument(switch, action="append_const", const=switch, dest="given", help=about)
    if name in COMMANDS and COMMANDS[name].resumes:
        parser.add_argument("--restart", action="store_true", help=RESTART)
    options = parser.parse_known(own, model, has_runner)
    if flags and not has_runner:
        parser.error(explain_flags(flags))
    settings = config.load(model, options.file, options.set)
    settings._overwrite, settings._runner_flags = options.overwrite, tuple(flags)
    settings._restart = getattr(options, "restart", False)
    config.require_remote_inputs(settings)
    outputs.check_output(settings)
    return settings, [*(getattr(options, "given", None) or []), *flags]


def explain_flags(flags: Sequence[str]) -> str:
    """Why flags after `--` are refused where there is no runner."""
    return f"this command has no runner, so nothing may follow --; found {flags[0]}"


def split_at_dashes(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """The arguments before a bare `--`, and those after it."""
    arguments = list(arguments)
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]
