"""Error messages for invalid settings: the key, what was expected, what was found."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pydantic

from tfmling.core.errors import InputError
from tfmling.core.printed import one_line

_MAX_CHARACTERS = 1000  # of a line; a value can be a whole file


class ConfigError(InputError, ValueError):
    """Invalid settings, command line or output.

    Example:
        >>> ConfigError("a.yaml: stesp: unknown key").exit_status
        2
    """


def describe(model: type[pydantic.BaseModel], problem: Any) -> str:
    """Describe an error in one line: key path, what was expected and found, closest known key.

    Args:
        model: the settings class.
        problem: one of the errors of a pydantic.ValidationError.

    Example:
        >>> class Loop(pydantic.BaseModel):
        ...     steps: int
        >>> describe(Loop, {"type": "missing", "loc": ("steps",)})
        'steps: this key is required and was not given'
    """
    line = _describe(model, problem)
    return line if len(line) <= _MAX_CHARACTERS else f"{line[:_MAX_CHARACTERS]}…"


def _describe(model: type[pydantic.BaseModel], problem: Any) -> str:
    keys, alternatives = _locate(model, problem["loc"])
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "extra_forbidden":
        known = {name for found in alternatives for name in getattr(found, "model_fields", {})}
        key = problem["loc"][-1]
        return f"{_path([*keys, key])}: unknown key; {nearest(key, known)}"
    if kind == "missing":
        return f"{_path(keys)}: this key is required and was not given"
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _describe_tag(keys, alternatives, context)
    message = problem["msg"].removeprefix("Value error, ")
    if kind == "number":  # of `config.Settings`
        return f"{_path([*keys, context['key']])}: {message}"
    if kind == "value_error":
        return f"{_path(keys)}: {message}"
    return (
        f"{_path(keys)}: {_expected(kind, message)}; got {problem['input']!r:.80}{_hint(problem)}"
    )


def nearest(key: Any, known: Iterable[str], similarity: float = 0.5) -> str:
    """Return `did you mean 'steps'?`, or the list of known names if none is similar.

    Args:
        key: an unknown name.
        known: the names that exist.
        similarity: of the name to suggest, at least; 1 is equality.

    Example:
        >>> nearest("stesp", ["steps", "seed"])
        "did you mean 'steps'?"
    """
    names = sorted(known)
    found = difflib.get_close_matches(str(key), names, n=1, cutoff=similarity)
    return f"did you mean {found[0]!r}?" if found else f"known: {', '.join(names) or 'none'}"


def _describe_tag(keys: list[Any], alternatives: list[Any], context: dict[str, Any]) -> str:
    key = context["discriminator"].strip("'")
    known = sorted({tag for found in alternatives for tag in _tags(found, key)})
    expected = f"expected one of: {', '.join(known)}"
    if "tag" not in context:
        return f"{_path([*keys, key])}: this key is required and was not given; {expected}"
    return f"{_path([*keys, key])}: unknown {key} {context['tag']!r}; {expected}"


def _expected(kind: str, message: str) -> str:
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return "expected a mapping of keys"
    if message.startswith("Input should be "):
        return f"expected {message.removeprefix('Input should be ')}"
    return message[0].lower() + message[1:]


def _hint(problem: Any) -> str:
    if problem["type"] == "string_type" and isinstance(problem["input"], bool):
        return " (YAML reads no, yes, on and off as booleans: put it in quotes)"
    return ""


def _path(keys: Sequence[Any]) -> str:
    return ".".join(one_line(str(key)) for key in keys) or "(top)"


def _locate(model: Any, location: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Return the keys of a location without the names of union members, and the types there.

    The last part of an unknown key is dropped.
    """
    keys: list[Any] = []
    here = list(_alternatives(model))
    for part in location:
        inside = [a for found in here for step in _inside(found, part) for a in _alternatives(step)]
        if inside:
            keys.append(part)
            here = inside
        else:
            here = [found for found in here if part in _names(found)] or here
    return keys, here


def _inside(annotation: Any, key: Any) -> Iterator[Any]:
    """Yield the type at a key of a model, a dict or a list."""
    if isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel):
        if key in annotation.model_fields:
            yield annotation.model_fields[key].annotation
    elif get_origin(annotation) is dict:
        yield get_args(annotation)[1]
    elif get_origin(annotation) in (list, tuple) and isinstance(key, int):
        yield from (argument for argument in get_args(annotation) if argument is not Ellipsis)


def _alternatives(annotation: Any) -> Iterator[Any]:
    """Yield the members of a union, or the annotation itself."""
    if get_origin(annotation) is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for argument in get_args(annotation):
            yield from _alternatives(argument)
    else:
        yield annotation


def _names(annotation: Any) -> set[str]:
    """Return pydantic's possible names for a union member: the model's name and its tags."""
    fields = getattr(annotation, "model_fields", {})
    tags = {tag for key in fields for tag in _tags(annotation, key)}
    return tags | {getattr(annotation, "__name__", "")}


def _tags(annotation: Any, key: str) -> Iterator[str]:
    field = getattr(annotation, "model_fields", {}).get(key)
    if field is not None and get_origin(field.annotation) is Literal:
        yield from (tag for tag in get_args(field.annotation) if isinstance(tag, str))
