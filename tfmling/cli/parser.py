"""The command line of every command: `--config FILE --key value --overwrite -- runner flags`."""

import argparse
import json
import shutil
import textwrap
from collections.abc import Sequence
from typing import Any

from tfmling.cli.command_parser import CommandParser, explain_flags, split_at_dashes
from tfmling.cli.keys import Section, format_section, sections
from tfmling.core import config, outputs
from tfmling.core.commands import COMMANDS, load
from tfmling.core.config_errors import nearest

_USAGE = "[--config FILE] [--KEY VALUE] [options]"
_USAGE_OF_STAGES = "[--config] FILE [--set KEY=VALUE] [options]"
_OF_SETTINGS = {
    "example": "a.b.0.c=value",
    "overwrite": "replace an output that another command of tfmling wrote",
    "restart": "start over: remove the saved state of an unfinished run with the same output",
}
_OF_STAGES = {
    "example": "variables.data=corpora",
    "overwrite": "let stages replace outputs that other commands of tfmling wrote",
    "restart": "start unfinished stages over instead of resuming them",
}


def load_settings(name: str, options: argparse.Namespace) -> config.Settings:
    """Load the settings that a command line names, and check inputs and output.

    Args:
        name: a key of `COMMANDS`.
        options: of `parse_options`.

    Raises:
        ConfigError: the settings cannot be used, or the output may not be written.

    Example:
        >>> _ = open("a.yaml", "w").write("output: runs/corpus")
        >>> load_settings("construct_corpus", parse_options("construct_corpus", ["a.yaml"])).output
        'runs/corpus'
    """
    settings = config.load(load(COMMANDS[name].settings), options.file, options.set)
    settings._overwrite, settings._restart = options.overwrite, options.restart
    settings._runner_flags = tuple(options.flags)
    config.require_remote_inputs(settings)
    outputs.check_output(settings)
    return settings


def parse_options(name: str, arguments: Sequence[str]) -> argparse.Namespace:
    """Parse the command line of a command with settings; the file is not read.

    Args:
        name: a key of `COMMANDS`.
        arguments: those that follow the name.

    Returns:
        `file` (None without), `set` (also of the keys given as `--key value`), `overwrite`,
        `restart`, `switch`, `printed` (see `cli.result`), and the `flags` for the runner.

    Raises:
        CommandLineError: an unknown option, and where it belongs; two files; neither a file nor a
            key; flags without a runner.

    Example:
        >>> options = parse_options("train", ["a.yaml", "--steps", "5", "--restart"])
        >>> options.file, options.set, options.restart, options.overwrite
        ('a.yaml', ['steps=5'], True, False)
    """
    own, flags = split_at_dashes(arguments)
    command = COMMANDS[name]
    parser = build_parser(name)
    options, others = parser.parse_known_args(own)
    for argument in others:
        if argument.startswith("-"):
            parser.error(_explain(argument, parser.options, name))
    keys = [f"{key}={value}" for key, value in (_assignment(x) for x in options.keys)]
    files = [file for file in (options.config, *others) if file]
    options.file = files[0] if files else None
    options.set = keys + options.set
    options.flags = flags
    if len(files) > 1 or (not files and (command.runs_stages or not options.set)):
        expected = "one file of settings (--config FILE)"
        if not (files or command.runs_stages):
            expected = "a file of settings (--config FILE) or its keys as flags (--KEY VALUE)"
        parser.error(f"expected {expected}, found {', '.join(files) or 'none'}")
    if flags and command.runs_stages:
        parser.error(
            f"expected nothing after --, found {flags[0]}; flags for a runner are the key `flags` "
            f"of the stages in {options.file}"
        )
    if flags and not command.has_runner:
        parser.error(explain_flags(flags))
    for given in (flag.partition("=")[0] for flag in flags):
        if given in parser.options:
            parser.error(f"{given} is an option of this command; put it before the bare --")
    return options


def build_parser(name: str) -> CommandParser:
    """Build the parser of a command with settings: its options, and a flag for each key.

    Example:
        >>> build_parser("trim_vocab").options[-4:]
        ['--output', '--encoder', '--word_counts', '--min_uses']
    """
    command = COMMANDS[name]
    listed = sections(load(command.settings))
    stages = command.runs_stages
    shown = [
        x for x in listed if x.is_flag or (stages and not x.selected_by and "." not in x.topic)
    ]
    hidden = [section for section in listed if section not in shown]
    runner = ["Options after a bare -- are passed to the runner."] if command.has_runner else []
    below = [format_section(section, _width()) for section in shown] if stages else []
    more = [_list_topics(name, hidden)] if hidden else []
    usage = _USAGE_OF_STAGES if stages else _USAGE
    parser = CommandParser(
        name,
        f"{usage} -- FLAGS" if command.has_runner else usage,
        load(command.settings),
        "\n\n".join(runner + below + more),
        add_help=False,
    )
    parser.add_argument(
        "-h",
        "--help",
        action=_Help,
        listed=listed,
        help="show this help, or the keys of KEY, and exit",
    )
    texts = _OF_STAGES if stages else _OF_SETTINGS
    parser.add_argument(
        "--config", metavar="FILE", help="settings in YAML, or the MANIFEST.json of an output"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=f"override one key ({texts['example']}), may be repeated",
    )
    parser.add_argument("--overwrite", action="store_true", help=texts["overwrite"])
    if command.resumes or stages:
        parser.add_argument("--restart", action="store_true", help=texts["restart"])
    for switch, (_, about) in command.switches.items():
        parser.add_argument(switch, action="store_const", const=switch, dest="switch", help=about)
    parser.add_argument(
        "--quiet",
        action="store_const",
        const="path",
        dest="printed",
        help="print errors and the path of the output only",
    )
    parser.add_argument(
        "--json",
        action="store_const",
        const="json",
        dest="printed",
        help="print one JSON object: output, seconds, scores, counts; progress goes to stderr",
    )
    parser.set_defaults(printed="all", restart=False, switch=None, keys=[])
    for section in listed:
        if section.is_flag and not stages:
            _add_keys(parser, section)
    return parser


class _Help(argparse.Action):
    """Prints the help of the command, or of one key with keys of its own, and exits."""

    def __init__(self, *, listed: Sequence[Section], **options: Any):
        super().__init__(nargs="?", metavar="KEY", **options)
        self.listed = listed

    def __call__(self, parser: Any, namespace: Any, values: Any, option: str | None = None) -> None:
        if values is None:
            parser.print_help()
        else:
            found = [x for x in self.listed if f"{x.topic}.".startswith(f"{values}.")]
            if not found:
                known = dict.fromkeys(x.topic for x in self.listed if x.topic)
                parser.error(f"--help {values}: no such key with keys; {nearest(values, known)}")
            print("\n\n".join(format_section(section, _width()) for section in found))
        parser.exit()


def _list_topics(name: str, hidden: Sequence[Section]) -> str:
    """List the keys whose own keys `--help KEY` prints, with their kinds."""
    kinds: dict[str, list[str]] = {}
    for section in hidden:
        kinds.setdefault(section.place, []).append(section.selected_by.rpartition(" ")[2])
    lines = [f"keys of choices and lists (tfmling {name} --help KEY, such as {hidden[0].topic}):"]
    for place, names in kinds.items():
        of = f": {', '.join(names)}" if any(names) else ""
        lines += textwrap.wrap(
            (place or "kind") + of, _width(), initial_indent="  ", subsequent_indent="      "
        )
    return "\n".join(lines)


def _width() -> int:
    return min(100, shutil.get_terminal_size().columns)


def _add_keys(parser: argparse.ArgumentParser, section: Section) -> None:
    """Add a flag for each key; a list of plain values is given by repeating its flag."""
    title = section.place or "keys, also of the file"
    group = parser.add_argument_group(title, section.about.replace("%", "%%") or None)
    for key in section.keys:
        group.add_argument(
            f"--{key.name}",
            action=_AppendKey,
            dest="keys",
            metavar=key.type,
            help=key.help.replace("%", "%%"),
        )


class _AppendKey(argparse.Action):
    """Collects `(key, type, values)`, in the order of the keys."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option: str | None = None) -> None:
        name, type_ = str(option).lstrip("-"), str(self.metavar)
        before = {key: given for key, _, given in namespace.keys}
        if name in before and not type_.startswith("LIST"):
            parser.error(f"{option}: expected once, found twice")
        given = [*before.get(name, []), values]
        others = [each for each in namespace.keys if each[0] != name]
        namespace.keys = [*others, (name, type_, given)]


def _assignment(key: tuple[str, str, list[str]]) -> tuple[str, str]:
    """Return a key and its value as `--set` takes them.

    The items of a list are given one by one; or the whole list, null or a mapping, as YAML.
    """
    name, type_, given = key
    whole = ("[", "{") if " or " in type_ else "["
    is_whole = given == ["null"] or given[0].startswith(whole)
    if not type_.startswith("LIST") or (len(given) == 1 and is_whole):
        return name, given[0]
    if type_.startswith("LIST of TEXT"):
        return name, json.dumps(given, ensure_ascii=False)
    return name, f"[{', '.join(given)}]"


def _explain(argument: str, known: Sequence[str], name: str) -> str:
    """Explain where an unknown argument belongs."""
    option = argument.partition("=")[0]
    others = [each for each in known if not option.startswith(f"{each}.")]
    close = nearest(option, others, similarity=0.75)
    if close.startswith("did you mean"):
        return f"unknown option {option}; {close}"
    key = option.lstrip("-")
    top = [x.name for section in sections(load(COMMANDS[name].settings)) for x in section.keys]
    if key.partition(".")[0] in top:
        return f"unknown option {option}; give this key as --set {key}=VALUE"
    if COMMANDS[name].has_runner:
        return f"unknown option {option}; flags for the runner follow a bare -- (… -- {argument})"
    return f"unknown option {option}"
