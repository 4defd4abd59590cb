"""Reading of JSON as plain values, with one-line errors."""

import json
from pathlib import Path
from typing import Any

from tfmling.core import files
from tfmling.core.errors import InputError

MAX_BYTES = 1 << 28  # the tokenizer.json of a large vocabulary has about 30 MB


class UnreadableJsonError(InputError, ValueError):
    """A file is not the expected JSON.

    Example:
        >>> parse_json('{"steps": ', "a.json")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.json_values.UnreadableJsonError: a.json: not readable as JSON: line 1, ...
    """


def parse_json(text: str, origin: str) -> Any:
    """Parse a JSON text.

    Args:
        text: less nested than Python's recursion limit.
        origin: of the text, for error messages.

    Raises:
        UnreadableJsonError: the text is invalid; the message names the origin and the line.

    Example:
        >>> parse_json('{"steps": 5}', "a.json")
        {'steps': 5}
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        reason = f"line {error.lineno}, column {error.colno}: {error.msg}"
    except RecursionError:
        reason = "its values are nested too deeply"
    except ValueError as error:  # a number with thousands of digits
        reason = str(error)
    raise UnreadableJsonError(f"{origin}: not readable as JSON: {reason}")


def read_json(path: str | Path) -> Any:
    """Read a local or remote JSON file.

    Raises:
        FileNotFoundError: there is no such file.
        UnreadableJsonError: the file is not JSON.
        files.NotUtf8Error: the file is not in UTF-8.
        files.UnreadableFileError: the file is longer than MAX_BYTES.

    Example:
        >>> files.write_text("a.json", "[1, 2]")
        >>> read_json("a.json")
        [1, 2]
    """
    return parse_json(files.read_user_text(str(path), MAX_BYTES), str(path))


def read_json_object(path: str | Path) -> dict[str, Any]:
    """Read a JSON file that holds an object; see `read_json` for errors.

    Example:
        >>> files.write_text("a.json", '{"steps": 5}')
        >>> read_json_object("a.json")
        {'steps': 5}
    """
    values = read_json(path)
    if not isinstance(values, dict):
        raise UnreadableJsonError(
            f"{path}: expected a JSON object of keys, found {type(values).__name__}"
        )
    return values
