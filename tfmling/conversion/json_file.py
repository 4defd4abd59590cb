"""JSON files of an encoder folder."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tfmling.core.errors import UserError
from tfmling.modeling.layout_error import UnsupportedLayoutError


def read_object(path: Path) -> dict[str, Any]:
    """Read a JSON object; {} where there is no such file.

    Raises:
        UnsupportedLayoutError: the file is not UTF-8, not JSON, or not an object.
    """
    value = read_json(path)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UnsupportedLayoutError(
            f"{path}: expected a JSON object, got {type(value).__name__}; restore the file"
        )
    return value


def read_json(path: Path) -> Any:
    """Read a JSON file; None where there is no such file.

    Raises:
        UnsupportedLayoutError: the file is not UTF-8 or not JSON.
    """
    if not path.exists():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnsupportedLayoutError(f"{path}: expected JSON in UTF-8: {error}") from None
    except json.JSONDecodeError as error:
        raise UnsupportedLayoutError(
            f"{path}:{error.lineno}: expected JSON, got {error.msg} at column {error.colno}; "
            "restore the file"
        ) from None
    except RecursionError:
        raise UnsupportedLayoutError(f"{path}: expected JSON of a few levels; too deep") from None


@contextlib.contextmanager
def values_of(path: Path) -> Iterator[None]:
    """Name the file where its values are of other types than they should be.

    Files of others may hold anything: a list where a name belongs, or a key that is missing.

    Raises:
        UnsupportedLayoutError: in place of the error that such a value causes.
    """
    try:
        yield
    except UserError:
        raise
    except (TypeError, AttributeError, KeyError, IndexError, ValueError) as error:
        raise UnsupportedLayoutError(
            f"{path}: expected values of other types, got one that fails with "
            f"{type(error).__name__}: {error!s:.120}; restore the file"
        ) from error
