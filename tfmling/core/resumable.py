"""Marks the settings that may change when an unfinished run is resumed.

A setting without the mark affects the result, so new settings are safe by default:

    keep_checkpoints: Annotated[int, Resumable()] = 2
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import pydantic
from pydantic.fields import FieldInfo


class Resumable:
    """Marks a field whose value may change between a run and the run that resumes it.

    Args:
        when: `always`; `raised` for a number that must not decrease; `unset` for a field that is
            only read at the start, and may change back to its default.

    Example:
        >>> steps = Resumable("raised")
        >>> steps.allows(5, 9, default=1), steps.allows(5, 4, default=1)
        (True, False)
    """

    def __init__(self, when: Literal["always", "raised", "unset"] = "always"):
        self.when = when

    def allows(self, before: Any, now: Any, default: Any) -> bool:
        """Whether the field may change from one value to another."""
        if self.when == "raised":
            return before is not None and now >= before
        return self.when == "always" or now == default


def is_resumable(field: FieldInfo) -> bool:
    """Whether a field may change when a run is resumed.

    Example:
        >>> from typing import Annotated
        >>> class Run(pydantic.BaseModel):
        ...     steps: Annotated[int, Resumable("raised")] = 5
        >>> is_resumable(Run.model_fields["steps"])
        True
    """
    return _marker(field) is not None


def differences(settings: pydantic.BaseModel, earlier: Mapping[str, Any]) -> list[str]:
    """List the differences that prevent settings from resuming a run of earlier settings.

    A key that is missing in the earlier settings, because an older version wrote them, has its
    default value.

    Args:
        settings: of this run.
        earlier: plain data of `model_dump(mode="json")`.

    Returns:
        A phrase for each key.

    Example:
        >>> from typing import Annotated
        >>> class Run(pydantic.BaseModel):
        ...     seed: int = 1
        ...     steps: Annotated[int, Resumable("raised")] = 5
        >>> differences(Run(seed=2, steps=9), {"seed": 1, "steps": 5})
        ['seed: 1, now 2']
    """
    return list(_of_model(settings, earlier, ""))


def _of_model(
    settings: pydantic.BaseModel, earlier: Mapping[str, Any], prefix: str
) -> Iterator[str]:
    fields, plain = type(settings).model_fields, settings.model_dump(mode="json")
    for name, field in fields.items():
        default = _default(field)
        before = earlier.get(name, default)
        marker = _marker(field)
        if marker is None or not marker.allows(before, plain[name], default):
            yield from _of_value(getattr(settings, name), plain[name], before, prefix + name)
    for name in earlier.keys() - fields.keys():
        yield _phrase(prefix + name, earlier[name], "unknown")


def _of_value(value: Any, plain: Any, before: Any, key: str) -> Iterator[str]:
    if plain == before:
        return
    if isinstance(value, pydantic.BaseModel) and isinstance(before, Mapping):
        kind = plain.get("kind")
        if kind == before.get("kind"):
            yield from _of_model(value, before, f"{key}.")
        else:
            yield _phrase(f"{key}.kind", before.get("kind"), kind)
    elif isinstance(plain, list) and isinstance(before, list) and len(plain) == len(before):
        for number, item in enumerate(value):
            yield from _of_value(item, plain[number], before[number], f"{key}.{number}")
    elif isinstance(value, Mapping) and isinstance(before, Mapping):
        yield from _of_mapping(value, plain, before, key)
    else:
        yield _phrase(key, before, plain)


def _of_mapping(
    value: Mapping[Any, Any], plain: Mapping[str, Any], before: Mapping[str, Any], key: str
) -> Iterator[str]:
    own = {str(name): item for name, item in value.items()}  # JSON has no numbers as keys
    now = {str(name): item for name, item in plain.items()}
    for name in dict.fromkeys([*before, *own]):
        if name in own and name in before:
            yield from _of_value(own[name], now[name], before[name], f"{key}.{name}")
        else:
            yield _phrase(f"{key}.{name}", before.get(name), now.get(name))


def _phrase(key: str, before: Any, now: Any) -> str:
    return f"{key}: {_shown(before)}, now {_shown(now)}"


def _shown(value: Any) -> str:
    text = "null" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _marker(field: FieldInfo) -> Resumable | None:
    return next((each for each in field.metadata if isinstance(each, Resumable)), None)


def _default(field: FieldInfo) -> Any:
    if field.is_required():
        return None
    default = field.get_default(call_default_factory=True)
    return pydantic.TypeAdapter(Any).dump_python(default, mode="json")
