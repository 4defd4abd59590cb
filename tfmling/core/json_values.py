"""JSON files as plain values, with one-line errors."""

import json
from pathlib import Path
from typing import Any

from tfmling.core import files
from tfmling.core.errors import InputError

MAX_BYTES = 1 << 28  # tokenizer.json of a large vocabulary has some 30 MB


class UnreadableJsonError(InputError, ValueError):
    """A file is not the JSON that was expected."""


def parse_json(text: str, origin: str) -> Any:
    """Plain values of a JSON text.

    Args:
        text: nested less deeply than Python's recursion limit.
        origin: names the text in errors.

    Raises:
        UnreadableJsonError: the origin, the line, and what is wrong, in one line.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        said = f"line {error.lineno}, column {error.colno}: {error.msg}"
    except RecursionError:
        said = "its values are nested too deep"
    except ValueError as error:  # a number with thousands of digits
        said = str(error)
    raise UnreadableJsonError(f"{origin}: not readable as JSON: {said}")


def read_json(path: str | Path) -> Any:
    """Read a JSON file, local or remote.

    Raises:
        FileNotFoundError: there is no such file.
        UnreadableJsonError: it is not JSON.
        files.NotUtf8Error: it is in another encoding.
        files.UnreadableFileError: it is longer than MAX_BYTES.
    """
    return parse_json(files.read_user_text(str(path), MAX_BYTES), str(path))


def read_json_object(path: str | Path) -> dict[str, Any]:
    """Read a JSON file that holds an object; raises as `read_json`, also for other values."""
    values = read_json(path)
    if not isinstance(values, dict):
        raise UnreadableJsonError(
            f"{path}: expected a JSON object of keys, found {type(values).__name__}"
        )
    return values
