"""Validated settings from YAML files and overrides, with errors that say what to do.

Nothing here imports TensorFlow, so that `--help` and a wrong key take less than a second.
"""

import inspect
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

import pydantic
import pydantic.json_schema
import yaml
from pydantic_core import CoreSchema, PydanticCustomError

from tfmling.core import files, storage
from tfmling.core.config_errors import ConfigError, describe
from tfmling.core.folders import MANIFEST
from tfmling.core.manifest import read_manifest
from tfmling.core.output_paths import is_inside
from tfmling.core.yaml_values import apply_overrides, read_yaml

_LARGEST = (1 << 63) - 1
_MAX_LINES = 10  # of one error
# Outputs, and the command and the folder of the examples that write them.
_EXAMPLES = (("runs/studies/", "study", "studies"), ("runs/", "run", "recipes"))


class Settings(pydantic.BaseModel):
    """Base class of all settings: immutable; unknown keys are errors.

    Options of the command line are attached as private attributes, which are no part of the
    settings.

    Example:
        >>> class Loop(Settings):
        ...     steps: int = 5
        >>> Loop(steps=7).steps
        7
    """

    model_config = pydantic.ConfigDict(
        use_attribute_docstrings=True, extra="forbid", frozen=True, allow_inf_nan=False
    )

    @pydantic.model_validator(mode="before")
    @classmethod
    def _check_numbers(cls, values: Any) -> Any:
        """Reject what pydantic would convert or accept: booleans as numbers, giant numbers."""
        for key, field in cls.model_fields.items():
            if isinstance(values, dict) and key in values:
                no_booleans = _takes_numbers_only(field.annotation)
                if problem := _number_problem(values[key], no_booleans):
                    raise PydanticCustomError("number", "{problem}", dict(key=key, problem=problem))
        return values

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: pydantic.GetJsonSchemaHandler
    ) -> pydantic.json_schema.JsonSchemaValue:
        """Describe the class by its summary, and a key that selects it (`kind: x`) likewise."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        schema["description"] = _summary(cls)
        for key in schema.get("properties", {}).values():
            if "const" in key:
                key.setdefault("description", schema["description"])
        return schema

    def kept_folders(self) -> list[str]:
        """Return the folders beside the output that the command keeps from run to run."""
        return []

    _overwrite: bool = pydantic.PrivateAttr(False)  # --overwrite
    _restart: bool = pydantic.PrivateAttr(False)  # --restart, of commands that resume
    _runner_flags: tuple[str, ...] = pydantic.PrivateAttr(())  # after --


def _summary(model: type[Any]) -> str:
    return " ".join((inspect.getdoc(model) or "").partition("\n\n")[0].split())


def _number_problem(value: Any, no_booleans: bool) -> str | None:
    if isinstance(value, bool):
        if no_booleans:
            return f"expected a number, got {value} (YAML reads no, yes, on and off as booleans)"
    elif isinstance(value, int):
        if not -_LARGEST <= value <= _LARGEST:
            return f"expected a number of at most 63 bits, got one of {value.bit_length()}"
    elif isinstance(value, list | tuple | dict):
        items = value.values() if isinstance(value, dict) else value
        return next(filter(None, (_number_problem(item, no_booleans) for item in items)), None)
    return None


def _takes_numbers_only(annotation: Any) -> bool:
    kinds = set(_leaves(annotation))
    return bool(kinds & {int, float}) and not kinds & {bool, str, Any}


def _leaves(annotation: Any) -> Iterator[Any]:
    """Yield the types in a nested annotation."""
    if get_origin(annotation) is Literal:
        return
    if arguments := get_args(annotation):
        for argument in arguments:
            yield from _leaves(argument)
    else:
        yield annotation


class PathRole:
    """Marks a field as a path that the command reads (`input`) or writes (`output`).

    Example:
        >>> class Copy(Settings):
        ...     source: Annotated[str, PathRole("input")]
        >>> paths(Copy(source="a.txt"), "input")
        ['a.txt']
    """

    def __init__(self, role: Literal["input", "output"]):
        self.role = role


def _must_exist(path: str, info: pydantic.ValidationInfo) -> str:
    context = info.context or {}
    if not context.get("check_inputs", True) or _is_below(path, context.get("made_before", ())):
        return path
    if files.is_remote(path):
        return path  # checked when the job begins, see `require_remote_inputs`
    try:
        found = files.expand(path)
    except OSError as error:  # a package is missing
        raise ValueError(str(error)) from None
    if not found:
        raise ValueError(f"no such file or folder: {path!r}{_written_by(path)}")
    for each in found:
        if not os.path.isfile(each) and not os.path.isdir(each):
            raise ValueError(
                f"expected a file or folder, found a pipe or a device: {each!r}; inputs are read "
                "more than once, so save its content to a file first"
            )
    return path


def _written_by(path: str) -> str:
    """Name the recipe or study in `configs` that writes a path: its output has its name."""
    for prefix, command, folder in _EXAMPLES:
        name = path.removeprefix(prefix).partition("/")[0]
        recipe = f"configs/{folder}/{name}.yaml"
        if path.startswith(prefix) and os.path.isfile(recipe):
            return f"; tfmling {command} {recipe} writes it"
    return ""


def _must_be_supported(path: str) -> str:
    try:
        storage.check_path(path)
    except storage.UnsupportedPathError as error:
        raise ValueError(str(error)) from None
    # libraries do not expand `~`
    return path if files.is_remote(path) else os.path.expanduser(path)


def _is_below(path: str, folders: Sequence[str]) -> bool:
    return any(is_inside(path, folder) for folder in folders)


SUPPORTED = pydantic.AfterValidator(_must_be_supported)
# An existing file, folder or glob pattern, local or with a scheme of `storage.SCHEMES`.
InputPath = Annotated[str, PathRole("input"), SUPPORTED, pydantic.AfterValidator(_must_exist)]
# A folder that appears complete or not at all.
OutputPath = Annotated[str, PathRole("output"), SUPPORTED]


def _must_be_local(path: Any) -> Any:
    if not isinstance(path, str):
        return path  # the type is checked next
    if files.is_remote(path):
        raise ValueError(f"expected a local folder (stages may have remote ones), got {path}")
    return path.rstrip("/")


# The output of a recipe or study, which holds its stages, their states and logs.
LocalOutputPath = Annotated[OutputPath, pydantic.BeforeValidator(_must_be_local)]

# Seed of a random number generator, valid for NumPy, scikit-learn and TensorFlow.
Seed = Annotated[int, pydantic.Field(ge=0, lt=1 << 31)]

# a key of scores.json and similar files, which studies address by dotted paths: `a.b.c`
Name = Annotated[str, pydantic.Field(pattern=r"^[\w-]+$")]

SettingsType = TypeVar("SettingsType", bound=Settings)
Skip = Callable[[pydantic.fields.FieldInfo], bool]


def load(
    model: type[SettingsType],
    path: str | None,
    overrides: Sequence[str] = (),
    *,
    check_inputs: bool = True,
) -> SettingsType:
    """Read a YAML file as settings.

    Args:
        model: the settings class.
        path: the YAML file, or the MANIFEST.json of an output, for the settings that wrote it;
            None if `overrides` are all there is.
        overrides: `a.b=c` assignments, see `apply_overrides`.
        check_inputs: whether input paths must exist.

    Raises:
        ConfigError: the settings are invalid; the message names the file and the key, what was
            expected and found, and the closest known key.

    Example:
        >>> class Loop(Settings):
        ...     steps: int = 5
        >>> files.write_text("a.yaml", "steps: 7")
        >>> load(Loop, "a.yaml").steps, load(Loop, "a.yaml", ["steps=9"]).steps
        (7, 9)
    """
    values = apply_overrides(read_values(path) if path else {}, overrides)
    return build(model, values, path or "command line", check_inputs=check_inputs)


def read_values(path: str) -> dict[str, Any]:
    """Read the values of a YAML file, or of the MANIFEST.json of an output; see `load`.

    Example:
        >>> files.write_text("a.yaml", "steps: 7")
        >>> read_values("a.yaml")
        {'steps': 7}
    """
    folder, _, name = path.rpartition("/")
    return dict(read_manifest(folder or ".").settings) if name == MANIFEST else read_yaml(path)


def build(
    model: type[SettingsType],
    values: Any,
    origin: str,
    *,
    check_inputs: bool = True,
    made_before: Sequence[str] = (),
) -> SettingsType:
    """Validate plain data as settings.

    Args:
        model: the settings class.
        values: plain data.
        origin: of `values`, for error messages.
        check_inputs: whether input paths must exist.
        made_before: folders that will exist by then; input paths below them are not checked.

    Raises:
        ConfigError: see `load`.

    Example:
        >>> class Loop(Settings):
        ...     steps: int = 5
        >>> build(Loop, {"stesp": 7}, "a.yaml")
        Traceback (most recent call last):
        tfmling.core.config_errors.ConfigError: a.yaml: stesp: unknown key; did you mean 'steps'?
    """
    context = {"check_inputs": check_inputs, "made_before": made_before}
    try:
        return model.model_validate(values, context=context)
    except pydantic.ValidationError as error:
        lines = [describe(model, problem) for problem in error.errors()]
        if len(lines) > _MAX_LINES:
            lines = [*lines[: _MAX_LINES - 1], f"and {len(lines) - _MAX_LINES + 1} more errors"]
        raise ConfigError("\n".join(f"{origin}: {line}" for line in lines)) from None


def paths(
    settings: Settings, role: Literal["input", "output"], *, skip: Skip | None = None
) -> list[str]:
    """Return all paths of one role in nested settings, in the order of their fields.

    Args:
        settings: the settings.
        role: of the paths.
        skip: predicate of fields to skip, with everything nested in them.

    Example:
        >>> class Copy(Settings):
        ...     overwrite: bool = False
        ...     output: OutputPath
        >>> paths(Copy(output="runs/sw"), "output")
        ['runs/sw']
    """
    return list(_paths(settings, role, skip or (lambda field: False)))


def require_remote_inputs(settings: Settings, made_before: Sequence[str] = ()) -> None:
    """Check that remote inputs exist, when a job begins.

    Validation of settings contacts no other machine, so it cannot check them.

    Args:
        settings: valid settings.
        made_before: folders that other stages will have written; inputs below them are skipped.

    Raises:
        ConfigError: an input is missing or cannot be reached.

    Example:
        >>> class Copy(Settings):
        ...     source: InputPath
        >>> require_remote_inputs(Copy(source="memory://a.txt"))
        Traceback (most recent call last):
        tfmling.core.config_errors.ConfigError: memory://a.txt: no such file or folder
    """
    for path in dict.fromkeys(paths(settings, "input")):
        if files.is_remote(path) and not _is_below(path, made_before):
            _require_remote(path)


def _require_remote(path: str) -> None:
    try:
        found = files.expand(path)
    except Exception as error:  # every file system has exceptions of its own
        raise ConfigError(f"{path}: cannot be read: {type(error).__name__}: {error}") from None
    if not found:
        raise ConfigError(f"{path}: no such file or folder")


def _paths(settings: pydantic.BaseModel, role: str, skip: Skip) -> Iterator[str]:
    for name, field in type(settings).model_fields.items():
        if not skip(field):
            yield from _paths_in(getattr(settings, name), role, role in _roles(field), skip)


def _paths_in(value: Any, role: str, marked: bool, skip: Skip) -> Iterator[str]:
    if isinstance(value, pydantic.BaseModel):
        yield from _paths(value, role, skip)
    elif isinstance(value, (list, tuple, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _paths_in(item, role, marked, skip)
    elif marked and isinstance(value, str):
        yield value


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
    """Return the resolved settings as YAML, as written to config.yaml of every output.

    Example:
        >>> class Loop(Settings):
        ...     steps: int = 5
        >>> dump(Loop(steps=7))
        'steps: 7\\n'
    """
    return yaml.safe_dump(settings.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
