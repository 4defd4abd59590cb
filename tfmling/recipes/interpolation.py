"""`${name}` in the settings of a recipe."""

import difflib
import re
from collections.abc import Mapping
from typing import Any

_REFERENCE = re.compile(r"\$\{([^{}]*)\}")


class UnknownNameError(KeyError):
    """A reference to something that has no value here; the message is meant for a person."""

    def __str__(self) -> str:
        return str(self.args[0])


def interpolate(value: Any, values: Mapping[str, Any], prefix: str = "") -> Any:
    """Replaces `${name}` in all strings of nested lists and mappings.

    A string that is one reference and nothing else becomes the value itself, a number stays one.

    Args:
        value: plain data.
        values: by name.
        prefix: of the names that are replaced; other references are left as they are.

    Raises:
        UnknownNameError: the place, the name and the nearest known one.
    """
    return _fill(value, values, prefix, "")


def _fill(value: Any, values: Mapping[str, Any], prefix: str, place: str) -> Any:
    if isinstance(value, dict):
        return {k: _fill(item, values, prefix, f"{place}.{k}") for k, item in value.items()}
    if isinstance(value, list):
        return [_fill(item, values, prefix, f"{place}.{n}") for n, item in enumerate(value)]
    if isinstance(value, str):
        return _fill_text(value, values, prefix, place.removeprefix("."))
    return value


def _fill_text(text: str, values: Mapping[str, Any], prefix: str, place: str) -> Any:
    if whole := _REFERENCE.fullmatch(text):
        return _look_up(whole[1], values, prefix, place)
    return _REFERENCE.sub(lambda found: str(_look_up(found[1], values, prefix, place)), text)


def _look_up(name: str, values: Mapping[str, Any], prefix: str, place: str) -> Any:
    if not name.startswith(prefix):
        return f"${{{name}}}"
    if name in values:
        return values[name]
    nearest = difflib.get_close_matches(name, values, n=1, cutoff=0.5)
    hint = f"did you mean ${{{nearest[0]}}}?" if nearest else f"known here: {', '.join(values)}"
    raise UnknownNameError(f"{place}: ${{{name}}} has no value; {hint}")
