"""YAML files to validated settings, with overrides, and errors that say what to do.

Nothing here imports TensorFlow: `--help` and a wrong key are answered at once.

    python -m tfmling.config --schema train      # prints the JSON Schema of a main's settings
"""

import argparse
import difflib
import importlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import pydantic
import yaml

from tfmling import files

# main -> where its settings are defined; strings, so that asking for one schema imports one module
SCHEMAS = {
    "construct_corpus": "tfmling.corpora.constructed.settings:ConstructCorpus",
    "build_monolingual": "beam_pipelines.settings:BuildMonolingual",
    "build_bitext": "beam_pipelines.settings:BuildBitext",
    "count_words": "beam_pipelines.settings:CountWords",
    "extend_vocab": "tfmling.vocab.settings:ExtendVocab",
    "train": "tfmling.training.settings:Train",
    "evaluate": "tfmling.evaluation.settings:Evaluate",
    "export_tfhub": "export.settings:ExportTfhub",
    "nearest": "export.settings:Nearest",
    "run": "tfmling.recipes.settings:Recipe",
}


class ConfigError(ValueError):
    """A configuration that cannot be used; the message is complete and meant for a person."""


class Settings(pydantic.BaseModel):
    """Base of all settings: immutable, and an unknown key is an error."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class PathRole:
    """Marks a field as a file or folder that is read (`input`) or written (`output`)."""

    def __init__(self, role: Literal["input", "output"]):
        self.role = role


def _must_exist(path: str, info: pydantic.ValidationInfo) -> str:
    if not (info.context or {}).get("check_inputs", True):
        return path
    try:
        found = files.expand(path)
    except FileNotFoundError as error:
        raise ValueError(str(error)) from None
    if not found:
        raise ValueError(f"no such file or folder: {path!r}")
    return path


# A file, folder or glob pattern, local or on any file system that fsspec knows; must exist.
InputPath = Annotated[str, PathRole("input"), pydantic.AfterValidator(_must_exist)]
# A folder that appears whole or not at all.
OutputPath = Annotated[str, PathRole("output")]

SettingsType = TypeVar("SettingsType", bound=Settings)


def load(
    model: type[SettingsType],
    path: str,
    overrides: Sequence[str] = (),
    *,
    check_inputs: bool = True,
) -> SettingsType:
    """Reads a YAML file into `model`.

    Args:
        model: the settings class.
        path: the YAML file.
        overrides: `a.b=c` assignments; the value is read as YAML, a number in a key indexes a list.
        check_inputs: whether files named as inputs must exist already.

    Raises:
        ConfigError: the file, the key, what was expected, what came and the nearest known key.
    """
    return build(model, apply_overrides(read_yaml(path), overrides), path, check_inputs=check_inputs)


def build(
    model: type[SettingsType], values: Any, origin: str, *, check_inputs: bool = True
) -> SettingsType:
    """Validates `values` as `model`; `origin` names their source in errors (see `load`)."""
    try:
        return model.model_validate(values, context={"check_inputs": check_inputs})
    except pydantic.ValidationError as error:
        lines = [_describe(model, problem) for problem in error.errors()]
        raise ConfigError("\n".join(f"{origin}: {line}" for line in lines)) from None


def read_yaml(path: str) -> dict[str, Any]:
    """Reads a YAML mapping; raises ConfigError with file and line."""
    try:
        with files.open_text(path) as file:
            values = yaml.safe_load(file)
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; expected a YAML configuration") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not readable as YAML: {error}") from None
    if not isinstance(values, dict):
        raise ConfigError(
            f"{path}: expected a mapping of keys at the top, got {type(values).__name__}"
        )
    return values


def apply_overrides(values: dict[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Returns a copy of `values` with `a.b=c` assignments made.

    Raises:
        ConfigError: an assignment without `=`, a step into a scalar or beyond a list.
    """
    values = json.loads(json.dumps(values))  # a deep copy of plain data
    for override in overrides:
        key, equals, text = override.partition("=")
        if not equals:
            raise ConfigError(f"--set {override}: expected key.path=value")
        _assign(values, key.split("."), yaml.safe_load(text), override)
    return values


def _assign(values: Any, keys: list[str], value: Any, override: str) -> None:
    for depth, key in enumerate(keys):
        last = depth == len(keys) - 1
        if isinstance(values, list):
            if not key.isdigit() or int(key) >= len(values):
                raise ConfigError(
                    f"--set {override}: {'.'.join(keys[:depth])} is a list of {len(values)}; "
                    f"expected an index below that, got {key!r}"
                )
            index: Any = int(key)
        elif isinstance(values, dict):
            index = key
            values.setdefault(key, None if last else {})
        else:
            raise ConfigError(f"--set {override}: {'.'.join(keys[:depth])} holds no keys")
        if last:
            values[index] = value
        else:
            values = values[index]


def _describe(model: type[Settings], problem: Any) -> str:
    """One line: key path, what was expected, what came, the nearest known key."""
    location = ".".join(str(part) for part in problem["loc"]) or "(top)"
    if problem["type"] == "extra_forbidden":
        known = sorted(_fields_at(model, problem["loc"][:-1]))
        nearest = difflib.get_close_matches(str(problem["loc"][-1]), known, n=1, cutoff=0.5)
        hint = f"did you mean {nearest[0]!r}?" if nearest else f"known keys: {', '.join(known)}"
        return f"{location}: unknown key; {hint}"
    if problem["type"] == "missing":
        return f"{location}: this key is required and was not given"
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "value_error":
        return f"{location}: {message}"
    return f"{location}: {message[0].lower()}{message[1:]}; got {problem['input']!r:.80}"


def _fields_at(model: Any, location: Sequence[Any]) -> set[str]:
    """The keys that are known at a location of nested settings."""
    candidates = list(_models_in(model))
    for part in location:
        following: list[Any] = []
        for candidate in candidates:
            field = candidate.model_fields.get(part)
            if field is not None:
                following += _models_in(field.annotation)
        # list indices and the tags of unions name no field: stay where we are
        candidates = following or _tagged(candidates, part)
    return {name for candidate in candidates for name in candidate.model_fields}


def _tagged(candidates: list[Any], tag: Any) -> list[Any]:
    def carries(candidate: Any) -> bool:
        return any(tag in get_args(f.annotation) for f in candidate.model_fields.values())

    return [candidate for candidate in candidates if carries(candidate)] or candidates


def _models_in(annotation: Any) -> Iterator[type[Settings]]:
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        yield annotation  # type: ignore[misc]
    elif get_origin(annotation) in (list, tuple, dict, Annotated, Union, UnionType):
        for argument in get_args(annotation):
            yield from _models_in(argument)


def paths(settings: Settings, role: Literal["input", "output"]) -> list[str]:
    """All paths of one role in nested settings, in the order of their fields."""
    return list(_paths(settings, role))


def _paths(settings: pydantic.BaseModel, role: str) -> Iterator[str]:
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        marked = any(role == found for found in _roles(field))
        for item in _members(value):
            if isinstance(item, pydantic.BaseModel):
                yield from _paths(item, role)
            elif marked and isinstance(item, str):
                yield item


def _members(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else [value]


def _roles(field: pydantic.fields.FieldInfo) -> Iterator[str]:
    yield from (m.role for m in field.metadata if isinstance(m, PathRole))
    yield from _nested_roles(field.annotation)


def _nested_roles(annotation: Any) -> Iterator[str]:
    for argument in get_args(annotation):
        if isinstance(argument, PathRole):
            yield argument.role
        else:
            yield from _nested_roles(argument)


def dump(settings: Settings) -> str:
    """The resolved settings as YAML, as they are written beside every output."""
    return yaml.safe_dump(settings.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def parse_command_line(
    model: type[SettingsType], description: str | None, arguments: Sequence[str] | None = None
) -> tuple[SettingsType, list[str]]:
    """The command line of every main: `--config FILE --set a.b=c -- runner flags`.

    Returns:
        The settings, and what stood after `--`.

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
    options = parser.parse_args(own)
    try:
        return load(model, options.config, options.set), flags
    except ConfigError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None


def _split_at_dashes(arguments: list[str]) -> tuple[list[str], list[str]]:
    if "--" not in arguments:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a main's settings; `name` is a key of SCHEMAS."""
    return load_settings_class(name).model_json_schema()


def load_settings_class(name: str) -> type[Settings]:
    """The settings class of a main; `name` is a key of SCHEMAS."""
    module, _, class_name = SCHEMAS[name].partition(":")
    return getattr(importlib.import_module(module), class_name)


def main(arguments: Iterable[str] | None = None) -> None:
    """Prints the JSON Schema of one main's settings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schema", required=True, choices=sorted(SCHEMAS))
    options = parser.parse_args(None if arguments is None else list(arguments))
    sys.path.insert(0, str(Path.cwd()))
    print(json.dumps(schema(options.schema), indent=2))


if __name__ == "__main__":
    main()
