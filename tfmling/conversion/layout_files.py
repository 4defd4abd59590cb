"""JSON files of encoder folders, and the error for folders that are not supported."""

import contextlib
import functools
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from tfmling.core.errors import InputError, UserError


class UnsupportedLayoutError(InputError, ValueError):
    """An encoder folder is damaged or uses a feature that is not supported.

    Example:
        >>> raise UnsupportedLayoutError("config.json: no such file")
        Traceback (most recent call last):
            ...
        tfmling.conversion.layout_files.UnsupportedLayoutError: config.json: no such file
    """


def reject(where: object, expected: str, found: object, hint: str = "") -> NoReturn:
    """Raise UnsupportedLayoutError: what was expected, what was found, and what to do.

    Example:
        >>> reject("config.json: size", "1", 2)
        Traceback (most recent call last):
            ...
        tfmling.conversion.layout_files.UnsupportedLayoutError: config.json: size: expected 1, got 2
    """
    raise UnsupportedLayoutError(
        f"{where}: expected {expected}, got {found}" + (f"; {hint}" if hint else "")
    )


@contextlib.contextmanager
def blame_file(
    where: object, expected: str = "", hint: str = "", errors: tuple[type[Exception], ...] = ()
) -> Iterator[None]:
    """Turn the errors of a library into an error that names the file.

    Args:
        where: the file, or a key of it.
        expected: content of the file, for the message.
        hint: what to do.
        errors: to turn; ValueError is always among them.

    Raises:
        UnsupportedLayoutError: instead of these errors.

    Example:
        >>> with blame_file("weights.h5", "HDF5"):
        ...     raise ValueError("truncated")
        Traceback (most recent call last):
            ...
        tfmling.conversion.layout_files.UnsupportedLayoutError: weights.h5: expected HDF5: truncated
    """
    caught: tuple[type[Exception], ...] = (ValueError, *errors)
    try:
        yield
    except UnsupportedLayoutError:
        raise
    except caught as error:
        problem = f"expected {expected}: {error!s:.200}" if expected else str(error)
        raise UnsupportedLayoutError(
            f"{where}: {problem}" + (f"; {hint}" if hint else "")
        ) from None


def check_values(
    path: Path, values: Mapping[str, Any], supported: Mapping[str, tuple[Any, ...]], hint: str = ""
) -> None:
    """Check that each key is missing, null, or has one of the supported values.

    Raises:
        UnsupportedLayoutError: names the file, the key, the supported values and the value.

    Example:
        >>> supported = {"side": ("right",)}
        >>> check_values(Path("a"), {"side": "right"}, supported)
        >>> check_values(Path("a"), {"side": 1}, supported)
        Traceback (most recent call last):
            ...
        tfmling.conversion.layout_files.UnsupportedLayoutError: a: side: expected 'right', got 1
    """
    for key, known in supported.items():
        if (value := values.get(key)) is not None and value not in known:
            expected = " or ".join(map(repr, known)) or "none"
            reject(f"{path}: {key}", expected, f"{value!r:.80}", hint)


@functools.cache
def note(message: str) -> None:
    """Print one line, once per process, about a part of a folder that is ignored or changed.

    Example:
        >>> with contextlib.redirect_stderr(sys.stdout):
        ...     note("model.safetensors: position_ids is ignored")
        ...     note("model.safetensors: position_ids is ignored")
        model.safetensors: position_ids is ignored
    """
    print(message, file=sys.stderr, flush=True)


def read_object(path: Path) -> dict[str, Any]:
    """Read a JSON object; {} if the file does not exist.

    Raises:
        UnsupportedLayoutError: if the file is not UTF-8, not JSON, or not an object.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("config.json").write_text('{"model_type": "bert"}')
        >>> read_object(Path("config.json")), read_object(Path("other.json"))
        ({'model_type': 'bert'}, {})
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
    """Read a JSON file; None if it does not exist.

    Raises:
        UnsupportedLayoutError: if the file is not UTF-8 or not JSON.

    Example:
        >>> read_json(Path("config.json")) is None
        True
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


def write_json(path: Path, values: Any) -> None:
    """Write an indented JSON file, and its folder.

    Example:
        >>> write_json(Path("a/config.json"), {"size": 1})
        >>> read_json(Path("a/config.json"))
        {'size': 1}
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@contextlib.contextmanager
def blame_values(path: Path) -> Iterator[None]:
    """Turn errors caused by values of unexpected types into an error that names the file.

    A file may hold anything: a list instead of a name, or an object without a key.

    Raises:
        UnsupportedLayoutError: instead of the error that such a value caused.

    Example:
        >>> with blame_values(Path("config.json")):  # doctest: +IGNORE_EXCEPTION_DETAIL
        ...     {}["hidden_size"]
        Traceback (most recent call last):
            ...
        UnsupportedLayoutError: config.json: expected values of other types
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


def suggest_encoders(folder: Path) -> str:
    """Name the encoders below a folder that holds none itself: `; did you mean ...?`, or nothing.

    Example:
        >>> (Path(folder) / "encoder").mkdir()
        >>> _ = (Path(folder) / "encoder" / "encoder.json").write_text("{}")
        >>> suggest_encoders(Path(folder)).removeprefix(f"; did you mean {folder}/")
        'encoder?'
    """
    marks = (*folder.glob("*/encoder.json"), *folder.glob("*/assets/encoder.json"))
    marks += tuple(folder.glob("*/config.json"))
    found = dict.fromkeys(str(folder / mark.relative_to(folder).parts[0]) for mark in marks)
    names = sorted(found)[:4]
    return f"; did you mean {' or '.join(names)}?" if names else ""
