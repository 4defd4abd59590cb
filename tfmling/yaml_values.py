"""YAML files as plain values, and `a.b=c` assignments into them."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from tfmling import files
from tfmling.config_errors import ConfigError


class _UniqueKeyLoader(yaml.SafeLoader):
    """Like yaml.safe_load, but a key that stands twice is an error and not the last one's."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: dict[Any, yaml.Mark] = {}
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key!r} stands twice, first in line {seen[key].line + 1}",
                    problem_mark=key_node.start_mark,
                )
            seen[key] = key_node.start_mark
        return super().construct_mapping(node, deep)


def read_yaml(path: str) -> dict[str, Any]:
    """Reads a YAML mapping; raises ConfigError with file and line.

    Top-level keys that begin with `x-` are left out: they are a place for anchors.
    """
    try:
        loader = _UniqueKeyLoader(files.read_user_text(path))
        loader.name = path  # in the messages of errors
        values = loader.get_single_data()
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; expected a YAML configuration") from None
    except (files.NotUtf8Error, files.UnreadableFileError) as error:
        raise ConfigError(f"{error}") from None
    except (OSError, ImportError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: not readable as YAML: {error}") from None
    if not isinstance(values, dict):
        raise ConfigError(
            f"{path}: expected a mapping of keys at the top, got {type(values).__name__}"
        )
    return {key: value for key, value in values.items() if not f"{key}".startswith("x-")}


def apply_overrides(values: dict[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Returns a copy of `values` with `a.b=c` assignments made.

    In a list, a key is the position of an item, from 0, or its `name`.

    Raises:
        ConfigError: an assignment without `=`, a value that is not YAML, a step into a scalar or to
            an item that a list does not have.
    """
    values = copy.deepcopy(values)
    for override in overrides:
        key, equals, text = override.partition("=")
        if not equals or not key:
            raise ConfigError(f"--set {override}: expected key.path=value")
        try:
            _assign(values, key.split("."), yaml.safe_load(text))
        except yaml.YAMLError as error:
            raise ConfigError(f"--set {override}: not readable as YAML: {error}") from None
        except LookupError as error:
            raise ConfigError(f"--set {override}: {error.args[0]}") from None
    return values


def with_assigned(values: Any, assigned: Mapping[str, Any]) -> Any:
    """Returns a copy of `values` with a value put at each dotted path, as `apply_overrides` does.

    Raises:
        ConfigError: a step into a scalar or to an item that a list does not have.
    """
    values = copy.deepcopy(values)
    for path, value in assigned.items():
        try:
            _assign(values, path.split("."), value)
        except LookupError as error:
            raise ConfigError(f"{path}: {error.args[0]}") from None
    return values


def _assign(values: Any, keys: list[str], value: Any) -> None:
    for depth, key in enumerate(keys[:-1]):
        index = _index(values, key, keys[:depth])
        if isinstance(values, dict) and values.get(index) is None:
            values[index] = {}  # not given, or null: the override begins it
        values = values[index]
    values[_index(values, keys[-1], keys[:-1])] = value


def _index(values: Any, key: str, before: list[str]) -> Any:
    """What `key` is in a dict or list; LookupError with a message where it can be nothing."""
    place = ".".join(before)
    if isinstance(values, dict):
        return key
    if not isinstance(values, list):
        raise LookupError(f"{place} is {values!r} and holds no keys")
    names = [item.get("name") if isinstance(item, dict) else None for item in values]
    if key in names:
        return names.index(key)
    if key.isdecimal() and int(key) < len(values):
        return int(key)
    known = ", ".join(str(name) for name in names if name is not None)
    raise LookupError(
        f"{place} is a list of {len(values)}; expected a position from 0 to {len(values) - 1}"
        f"{f' or a name ({known})' if known else ''}, got {key!r}"
    )
