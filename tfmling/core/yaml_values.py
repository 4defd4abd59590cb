"""Reading of YAML as plain values, and `a.b=c` assignments to them."""

import copy
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import yaml

from tfmling.core import files
from tfmling.core.config_errors import ConfigError
from tfmling.core.errors import UserError

# Far above what settings need, but low enough to stop aliases that multiply and deep nesting.
MAX_BYTES = 1 << 22
MAX_VALUES = 100_000
MAX_DEPTH = 50
_NOT_OF_ITS_TYPE = (ValueError, LookupError, AttributeError, TypeError, ArithmeticError)


class _Loader(yaml.SafeLoader):
    """A yaml.SafeLoader with limits, which rejects duplicate keys.

    Each alias adds all values of its anchor to the count, because validation visits them again.
    """

    def __init__(self, text: str):
        super().__init__(text)
        self._depth = 0
        self._values = 0
        self._values_of_anchor: dict[str, int] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Compose a node and count its values, including those of aliases."""
        event: Any = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            node = super().compose_node(parent, index)
            self._count(self._values_of_anchor.get(event.anchor or ""), event.start_mark)
            return node
        before = self._values
        self._count(1, event.start_mark)
        self._depth += 1
        if self._depth > MAX_DEPTH and isinstance(event, yaml.CollectionStartEvent):
            raise _error(f"expected values nested at most {MAX_DEPTH} deep", event.start_mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        if event.anchor is not None:
            self._values_of_anchor[event.anchor] = self._values - before
        return node

    def _count(self, values: int | None, mark: Any) -> None:
        if values is None:
            raise _error("an alias refers to an anchor that contains it", mark)
        self._values += values
        if self._values > MAX_VALUES:
            raise _error(
                f"expected at most {MAX_VALUES:,} values after expansion of aliases",
                mark,
            )

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Construct a value; a mismatch with its tag is an error with a line number."""
        try:
            return super().construct_object(node, deep)
        except _NOT_OF_ITS_TYPE as error:
            kind = node.tag.rpartition(":")[2]
            raise _error(f"not a value of type {kind}: {error}", node.start_mark) from None

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Construct a mapping; a duplicate key is an error."""
        seen: dict[Any, yaml.Mark] = {}
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise _error(
                    "expected a scalar as key, found a list or mapping", key_node.start_mark
                )
            if key in seen:
                raise _error(
                    f"the key {key!r} is repeated; it first occurs in line {seen[key].line + 1}",
                    key_node.start_mark,
                )
            seen[key] = key_node.start_mark
        return super().construct_mapping(node, deep)


def _error(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def parse_yaml(text: str, origin: str) -> Any:
    """Parse a YAML text; tags of Python objects are errors.

    Args:
        text: at most MAX_VALUES values with aliases resolved, and MAX_DEPTH levels.
        origin: of the text, for error messages.

    Raises:
        ConfigError: the text is invalid; the message names the origin and the line.

    Example:
        >>> parse_yaml("loop: {steps: 5}", "a.yaml")
        {'loop': {'steps': 5}}
    """
    try:
        return _Loader(text).get_single_data()
    except yaml.MarkedYAMLError as error:
        place: Any = error.problem_mark or error.context_mark
        problem = ", ".join(part for part in (error.context, error.problem) if part)
        reason = f"line {place.line + 1}, column {place.column + 1}: {problem}"
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        reason = f"line {line}: the character {chr(error.character)!r} is not allowed"
    raise ConfigError(f"{origin}: not readable as YAML: {reason}")


def read_yaml(path: str) -> dict[str, Any]:
    """Read a YAML file that holds a mapping.

    Top-level keys that start with `x-` are dropped: they are a place for anchors.

    Raises:
        ConfigError: the file is missing or invalid; the message names the file and the line.

    Example:
        >>> files.write_text("a.yaml", "x-n: &n 5\\nloop: {steps: *n}\\n")
        >>> read_yaml("a.yaml")
        {'loop': {'steps': 5}}
    """
    try:
        text = files.read_user_text(path, MAX_BYTES)
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; expected a YAML configuration") from None
    except UserError as error:
        raise ConfigError(f"{error}") from None
    except (OSError, ImportError) as error:
        reason = error.strerror.lower() if isinstance(error, OSError) and error.strerror else error
        raise ConfigError(f"{path}: {reason}; expected a YAML configuration") from None
    values = parse_yaml(text, path)
    if not isinstance(values, dict):
        raise ConfigError(
            f"{path}: expected a mapping of keys at the top, got {type(values).__name__}"
        )
    return {key: value for key, value in values.items() if not f"{key}".startswith("x-")}


def apply_overrides(values: dict[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Return a copy of `values` with `a.b=c` assignments applied.

    In a list, a key is the position of an item, starting at 0, or its `name`.

    Raises:
        ConfigError: an assignment without `=`, a value that is not YAML, a key below a scalar, or
            an item that is not in its list.

    Example:
        >>> apply_overrides({"loop": {"steps": 5}}, ["loop.steps=7", "seed=1"])
        {'loop': {'steps': 7}, 'seed': 1}
    """
    values = copy.deepcopy(values)
    for override in overrides:
        key, equals, text = override.partition("=")
        if not equals or not key:
            raise ConfigError(f"--set {override}: expected key.path=value")
        try:
            _assign(values, key.split("."), _assigned_value(text, f"--set {override}"))
        except LookupError as error:
            raise ConfigError(f"--set {override}: {error.args[0]}") from None
    return values


def _assigned_value(text: str, origin: str) -> Any:
    """Parse the value of an assignment; file names that are not UTF-8 are strings."""
    if any("\udc80" <= character <= "\udcff" for character in text):
        return text
    return parse_yaml(text, origin)


def with_assigned(values: Any, assigned: Mapping[str, Any]) -> Any:
    """Return a copy of `values` with a value assigned to each dotted path.

    Raises:
        ConfigError: a key below a scalar, or an item that is not in its list.

    Example:
        >>> with_assigned({"stages": [{"name": "a"}]}, {"stages.a.seed": 2})
        {'stages': [{'name': 'a', 'seed': 2}]}
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
            values[index] = {}  # missing or null
        values = values[index]
    values[_index(values, keys[-1], keys[:-1])] = value


def _index(values: Any, key: str, before: list[str]) -> Any:
    """Return the key or index of `key` in a dict or list; raise LookupError if there is none."""
    place = ".".join(before)
    if isinstance(values, dict):
        return key
    if not isinstance(values, list):
        raise LookupError(f"{place} is {values!r} and has no keys")
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
