"""`tfmling new`: a commented YAML file to start from."""

import os
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tfmling.cli.keys import Key, Section, sections
from tfmling.cli.schema import FOLDER
from tfmling.core import files
from tfmling.core.commands import COMMANDS, load
from tfmling.core.config_errors import ConfigError, nearest

_RECIPES = Path(__file__).parent / "templates"
_WIDTH = 100


def write_template(template: str, output: str | None = None) -> None:
    """Write a commented YAML file for a command or a recipe.

        tfmling new add_a_language --output my_language.yaml
        tfmling new train

    The templates are every command with settings, and the recipe add_a_language. Each key has its
    description above it. Keys with a default are commented out (#key); required keys are to be
    filled in.

    Args:
        template: the name of a command or a recipe.
        output: the file to write; TEMPLATE.yaml if not given. An existing file is not replaced.

    Raises:
        ConfigError: there is no such template, or the file exists.

    Example:
        >>> write_template("count_words", "words.yaml")
        words.yaml: fill in records, output; then: tfmling count_words --config words.yaml
        >>> write_template("count_words", "words.yaml")
        Traceback (most recent call last):
        tfmling.core.config_errors.ConfigError: words.yaml: exists; expected the name of a new file
    """
    recipes = {path.stem: path for path in _RECIPES.glob("*.yaml")}
    commands = [name for name, each in COMMANDS.items() if each.settings and not each.runs_stages]
    output = output or f"{template}.yaml"
    if template in recipes:
        text = recipes[template].read_text(encoding="utf-8")
        hint = f"fill in the variables; then: tfmling run {output}"
    elif template in commands:
        listed = sections(load(COMMANDS[template].settings))
        text = format_template(template, listed)
        required = [key.name for key in listed[0].keys if key.default is None]
        hint = f"fill in {', '.join(required)}; then: tfmling {template} --config {output}"
    else:
        known = nearest(template, [*recipes, *commands])
        raise ConfigError(f"tfmling new: unknown template {template!r}; {known}")
    if os.path.lexists(output):
        raise ConfigError(f"{output}: exists; expected the name of a new file")
    schema = FOLDER / f"{'run' if template in recipes else template}.json"
    files.write_text(output, f"# yaml-language-server: $schema={schema}\n{text}")
    print(f"{output}: {hint}")


def format_template(name: str, listed: Sequence[Section]) -> str:
    """Format the keys of a command as YAML, with their descriptions as comments.

    Args:
        name: of the command.
        listed: its keys.

    Example:
        >>> from tfmling.core.config import Settings
        >>> class Loop(Settings):
        ...     steps: int
        ...     seed: int = 1
        >>> print(format_template("loop", sections(Loop)), end="")
        # tfmling loop --config FILE     (tfmling loop --help explains the command)
        <BLANKLINE>
        # (INT)
        steps:
        # (INT)
        #seed: 1
    """
    nested = {section.place: section for section in listed if section.is_flag}
    choices = {section.place for section in listed if not section.is_flag}
    head = f"# tfmling {name} --config FILE     (tfmling {name} --help explains the command)"
    lines = _lines(name, nested[""], nested, choices, optional=False)
    return "\n".join([head, "", *lines]) + "\n"


def _lines(
    name: str,
    section: Section,
    nested: Mapping[str, Section],
    choices: set[str],
    *,
    optional: bool,
) -> Iterator[str]:
    """Yield the lines of a mapping's keys; all are commented out in an optional mapping."""
    indent = "  " * (section.place.count(".") + 1 if section.place else 0)
    for key in section.keys:
        more = f"; its keys: tfmling {name} --help {key.name}" if key.name in choices else ""
        comment = f"{key.about} ({key.type}{more})".strip()
        margin = f"{indent}# "
        yield from textwrap.wrap(
            comment,
            _WIDTH,
            initial_indent=margin,
            subsequent_indent=margin,
            break_long_words=False,
        )
        off = optional or key.default is not None
        inner = nested.get(key.name)
        yield f"{'#' if off else ''}{indent}{key.name.rpartition('.')[2]}:{_value(key, inner)}"
        if inner:
            yield from _lines(name, inner, nested, choices, optional=off)


def _value(key: Key, inner: Section | None) -> str:
    return "" if inner or key.default is None else f" {key.default}"
