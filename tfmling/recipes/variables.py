"""Variables of recipes and studies: `${name}` in settings, and `--set variables.name=value`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tfmling.core import config
from tfmling.core.config_errors import ConfigError, nearest
from tfmling.core.yaml_values import apply_overrides

_REFERENCE = re.compile(r"\$\{([^{}]*)\}")


class UnknownVariableError(KeyError):
    """A reference to a variable that has no value; `str()` gives the message.

    Example:
        >>> interpolate({"path": "${dta}/a.txt"}, {"data": "corpora"})  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.recipes.variables.UnknownVariableError: path: ${dta} has no value; did you ...
    """

    def __str__(self) -> str:
        return str(self.args[0])


def interpolate(value: Any, values: Mapping[str, Any], prefix: str = "") -> Any:
    """Replace `${name}` in all strings of nested lists and mappings.

    A string that is a single reference becomes the value itself, so that a number stays a number.

    Args:
        value: plain data.
        values: by name.
        prefix: only names that start with it are replaced; other references are kept.

    Raises:
        UnknownVariableError: the location, the name and the closest known one.

    Example:
        >>> interpolate({"steps": "${n}", "path": "${data}/a.txt"}, {"n": 5, "data": "corpora"})
        {'steps': 5, 'path': 'corpora/a.txt'}
    """
    return _fill(value, values, prefix, "")


def _fill(value: Any, values: Mapping[str, Any], prefix: str, location: str) -> Any:
    if isinstance(value, dict):
        return {k: _fill(item, values, prefix, f"{location}.{k}") for k, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, values, prefix, f"{location}.{n}") for n, item in enumerate(value)]
    if not isinstance(value, str):
        return value

    def look_up(name: str) -> Any:
        if not name.startswith(prefix):
            return f"${{{name}}}"
        if name not in values:
            hint = nearest(name, values)
            raise UnknownVariableError(f"{location[1:]}: ${{{name}}} has no value; {hint}")
        return values[name]

    if whole := _REFERENCE.fullmatch(value):
        return look_up(whole[1])
    return _REFERENCE.sub(lambda found: str(look_up(found[1])), value)


def read_with_overrides(path: str, overrides: Sequence[str]) -> dict[str, Any]:
    """Read the file of a recipe or study and apply `--set` assignments.

    Raises:
        ConfigError: the file or an assignment cannot be used, an assignment names a variable
            that the file does not declare, or a variable has no value.

    Example:
        >>> _ = open("a.yaml", "w").write("variables: {data: corpora}")
        >>> read_with_overrides("a.yaml", ["variables.data=more"])
        {'variables': {'data': 'more'}}
    """
    values = config.read_values(path)
    changed = apply_overrides(values, overrides)
    declared, given = _variables(values), _variables(changed)
    if empty := [name for name, value in given.items() if value is None]:
        raise ConfigError(
            f"{path}: variables without a value: {', '.join(empty)}; fill them in, or give them as "
            f"--set variables.{empty[0]}=VALUE"
        )
    for name in given:
        if name not in declared:
            raise ConfigError(
                f"--set variables.{name}: {path} declares no such variable; "
                f"{nearest(name, declared)}"
            )
    return changed


def _variables(values: dict[str, Any]) -> dict[str, Any]:
    found = values.get("variables")
    return {str(name): value for name, value in found.items()} if isinstance(found, dict) else {}
