"""The file of a recipe or study with the overrides of the command line."""

from collections.abc import Sequence
from typing import Any

from tfmling.core import config
from tfmling.core.config_errors import ConfigError, nearest
from tfmling.core.yaml_values import apply_overrides


def read_with_overrides(path: str, overrides: Sequence[str]) -> dict[str, Any]:
    """The values of a file, changed by `--set` assignments.

    Raises:
        ConfigError: the file or an assignment cannot be used, or an assignment names a variable
            that the file does not declare, which nothing would read.
    """
    values = config.read_values(path)
    changed = apply_overrides(values, overrides)
    declared, given = _variables(values), _variables(changed)
    for name in given:
        if name not in declared:
            raise ConfigError(
                f"--set variables.{name}: {path} declares no such variable; "
                f"{nearest(name, declared)}"
            )
    return changed


def _variables(values: dict[str, Any]) -> list[str]:
    found = values.get("variables")
    return [str(name) for name in found] if isinstance(found, dict) else []
