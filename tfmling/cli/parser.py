"""The command line of every command: `--config FILE --set a.b=c --overwrite -- runner flags`."""

import argparse
import inspect
from collections.abc import Sequence
from typing import Any, NoReturn

from tfmling.core import config, outputs
from tfmling.core.commands import COMMANDS, load
from tfmling.core.config_errors import ConfigError
from tfmling.core.report_errors import DEBUG

_USAGE = "[--config] FILE [--set KEY=VALUE] [options]"


class CommandLineError(ConfigError):
    """A command line that cannot be used."""


class _Parser(argparse.ArgumentParser):
    """A parser with one-line errors, and without abbreviations of options."""

    def __init__(self, name: str, usage: str, description: str | None, epilog: str | None = None):
        super().__init__(
            prog=f"tfmling {name}",
            usage=f"tfmling {name} {usage}",
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.add_argument(DEBUG, action="store_true", help="show the traceback of an error")

    def error(self, message: str) -> NoReturn:
        raise CommandLineError(f"{self.prog}: {message}; see {self.prog} --help")

    def add_file(self, content: str, example: str, overwrite: str) -> None:
        """Add the options of every command that reads a YAML file.

        Args:
            content: what the file holds.
            example: an assignment for `--set`.
            overwrite: what `--overwrite` does.
        """
        self.add_argument(
            "--config", metavar="FILE", help=f"{content} in YAML, or the MANIFEST.json of an output"
        )
        self.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="KEY=VALUE",
            help=f"override one key ({example}), may be repeated",
        )
        self.add_argument("--overwrite", action="store_true", help=overwrite)

    def parse_file(
        self, arguments: Sequence[str], keys: Sequence[str] = (), has_runner: bool = False
    ) -> argparse.Namespace:
        """Parse the arguments before `--`.

        Args:
            arguments: with one file, given by its name alone or by `--config`.
            keys: of the settings, which may have been mistaken for options.
            has_runner: whether flags for a runner may follow `--`.

        Returns:
            The options; `file` is the file.

        Raises:
            CommandLineError: an unknown option, and where it belongs; no file or two of them.
        """
        options, others = self.parse_known_args(arguments)
        for argument in others:
            if argument.startswith("-"):
                self.error(_explain(argument, keys, has_runner))
        named = [name for name in (options.config, *others) if name]
        if len(named) != 1:
            found = ", ".join(named) or "none"
            self.error(f"expected one file of settings (--config FILE), found {found}")
        options.file = named[0]
        return options


def _explain(argument: str, keys: Sequence[str], has_runner: bool) -> str:
    """Explain where an unknown argument belongs."""
    name = argument.partition("=")[0]
    key = name.lstrip("-").replace("-", "_")
    if key.partition(".")[0] in keys:
        return f"unknown option {name}; settings are given as --set {key}=VALUE"
    if has_runner:
        return f"unknown option {name}; flags for the runner follow a bare -- (… -- {argument})"
    return f"unknown option {name}"


def parse_command_line(
    name: str, arguments: Sequence[str]
) -> tuple[config.Settings, list[str], str | None]:
    """Parse the command line of a command, and check its settings and its output.

    Args:
        name: a key of `COMMANDS`.
        arguments: those that follow the name.

    Returns:
        The settings, the flags for the runner, and the switch that was given, if any.

    Raises:
        ConfigError: the command line or the settings cannot be used, or the output may not be
            written.
    """
    own, flags = _split_at_dashes(arguments)
    command = COMMANDS[name]
    model = load(command.settings)
    parser = _Parser(
        name,
        f"{_USAGE} -- FLAGS" if command.has_runner else _USAGE,
        inspect.getdoc(model),
        "What follows a bare -- goes to the runner." if command.has_runner else None,
    )
    parser.add_file(
        "settings", "a.b.0.c=value", "replace an output that another command of tfmling wrote"
    )
    for switch, (_, about) in command.switches.items():
        parser.add_argument(switch, action="store_const", const=switch, dest="switch", help=about)
    if command.resumes:
        parser.add_argument(
            "--restart",
            action="store_true",
            help="start over: remove what an unfinished run of the same output has saved",
        )
    options = parser.parse_file(own, list(model.model_fields), command.has_runner)
    if flags and not command.has_runner:
        parser.error(_explain_flags(flags))
    settings = config.load(model, options.file, options.set)
    settings._overwrite, settings._runner_flags = options.overwrite, tuple(flags)
    settings._restart = getattr(options, "restart", False)
    config.require_remote_inputs(settings)
    outputs.check_output(settings)
    return settings, flags, getattr(options, "switch", None)


def parse_recipe_command_line(name: str, arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the command line of `tfmling run` or `tfmling study`; the file is not read.

    Returns:
        `file`, `set`, `overwrite` and `restart`.

    Raises:
        CommandLineError: see `_Parser.parse_file`.
    """
    own, flags = _split_at_dashes(arguments)
    parser = _Parser(name, _USAGE, inspect.getdoc(load(COMMANDS[name].settings)))
    parser.add_file(
        {"run": "a recipe"}.get(name, f"a {name}"),
        "variables.data=corpora",
        "let stages replace outputs that other commands of tfmling wrote",
    )
    parser.add_argument(
        "--restart",
        action="store_true",
        help="let stages that have to run start over, instead of resuming what they have saved",
    )
    options = parser.parse_file(own)
    if flags:
        parser.error(
            f"nothing may follow --, found {flags[0]}; flags for a runner are the key `flags` of "
            f"the stages in {options.file}"
        )
    return options


def parse_words(name: str, arguments: Sequence[str]) -> list[str]:
    """Parse the command line of a command without settings: one word or more.

    Raises:
        CommandLineError: no word, or an unknown option.
    """
    own, flags = _split_at_dashes(arguments)
    function: Any = load(COMMANDS[name].function)
    parser = _Parser(name, "WORD [WORD ...] [--debug]", inspect.getdoc(function))
    parser.add_argument("words", nargs="+", help="see above")
    options = parser.parse_args(own)
    if flags:
        parser.error(_explain_flags(flags))
    return options.words


def _explain_flags(flags: Sequence[str]) -> str:
    """Explain that flags after `--` need a runner."""
    return f"this command has no runner, so nothing may follow --; found {flags[0]}"


def _split_at_dashes(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the arguments before a bare `--`, and those after it."""
    arguments = list(arguments)
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]
