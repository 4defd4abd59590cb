"""JSON files of an encoder folder."""

import json
from pathlib import Path
from typing import Any

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
