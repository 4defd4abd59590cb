"""User-facing errors, and the exit statuses of commands.

`tfmling.core.report_errors` prints these errors as one line; every other exception is a bug and
keeps its traceback.
"""

import contextlib
from collections.abc import Iterator

DONE = 0
FAILED = 1
WRONG_INPUT = 2  # settings, command line, or files that were given
INTERRUPTED = 130  # Ctrl-C, SIGINT
TERMINATED = 143  # SIGTERM


class UserError(Exception):
    """Base of errors whose message is complete: what was expected, what was found, what to do."""

    exit_status: int = FAILED


class InputError(UserError):
    """A file or folder that was given cannot be used."""

    exit_status = WRONG_INPUT


class MissingFileError(InputError, FileNotFoundError):
    """A folder that was given lacks a file."""


class UnreadableError(InputError, ValueError):
    """A library cannot read a file: it is damaged, or not what was expected."""


class Terminated(KeyboardInterrupt):
    """The process got SIGTERM; like Ctrl-C, but the exit status is TERMINATED."""


@contextlib.contextmanager
def reading(path: str, expected: str) -> Iterator[None]:
    """Turns what a library raises while it reads `path` into one line.

    Errors of the operating system and of tfmling pass through, as they say what is wrong.

    Args:
        path: the file or folder that is read within the context, and nothing else.
        expected: what it should be, such as `the weights of an encoder`.

    Raises:
        UnreadableError: the path, what was expected, and the first line of the library's message.

    Example:
        with reading(path, "a NumPy archive"):
            arrays = dict(np.load(path))
    """
    try:
        yield
    except (UserError, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise UnreadableError(
            f"{path}: expected {expected}, cannot be read: {first_line(error)}; the file may be "
            "damaged, get or write it again"
        ) from error


def first_line(error: BaseException, limit: int = 300) -> str:
    """The name of an exception and the first line of its message."""
    lines = str(error).strip().splitlines()
    return ": ".join([type(error).__name__, *lines[:1]])[:limit]
