"""User-facing errors, and the exit statuses of commands.

`tfmling.core.report_errors` prints them as one line; any other exception is a bug and keeps its
traceback.
"""

import contextlib
from collections.abc import Iterator

DONE = 0
FAILED = 1
WRONG_INPUT = 2  # invalid settings, command line or input files
INTERRUPTED = 130  # Ctrl-C, SIGINT
TERMINATED = 143  # SIGTERM


class UserError(Exception):
    """Base class of errors for users; messages say what was expected and found, and what to do.

    Example:
        >>> UserError("expected at least one sentence, found none").exit_status
        1
    """

    exit_status: int = FAILED


class InputError(UserError):
    """An input file or folder cannot be used.

    Example:
        >>> InputError("a.txt: expected text, found a picture").exit_status
        2
    """

    exit_status = WRONG_INPUT


class MissingFileError(InputError, FileNotFoundError):
    """A file is missing in an input folder.

    Example:
        >>> try:
        ...     raise MissingFileError("model: no weights.npz")
        ... except FileNotFoundError as error:
        ...     print(error)
        model: no weights.npz
    """


class UnreadableError(InputError, ValueError):
    """A library cannot read a file: it is damaged, or not of the expected kind.

    Example:
        >>> try:
        ...     raise UnreadableError("a.npz: damaged")
        ... except ValueError as error:
        ...     print(error)
        a.npz: damaged
    """


class Terminated(KeyboardInterrupt):
    """The process received SIGTERM; like Ctrl-C, with the exit status TERMINATED.

    Example:
        >>> try:
        ...     raise Terminated
        ... except KeyboardInterrupt:
        ...     print("saved")
        saved
    """


@contextlib.contextmanager
def reading(path: str, expected: str) -> Iterator[None]:
    """Convert exceptions of a library that reads `path` into an error of one line.

    Errors of the operating system and of tfmling are kept, since their messages are clear.

    Args:
        path: the only file or folder that is read within the context.
        expected: its expected content, such as `the weights of an encoder`.

    Raises:
        UnreadableError: the path, what was expected, and the first line of the library's message.

    Example:
        >>> with reading("a.npz", "a NumPy archive"):  # doctest: +ELLIPSIS
        ...     raise ValueError("no magic number")
        Traceback (most recent call last):
        tfmling.core.errors.UnreadableError: a.npz: expected a NumPy archive, cannot be read: ...
    """
    try:
        yield
    except (UserError, MemoryError):
        raise
    except Exception as error:  # every library has exceptions of its own
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise UnreadableError(
            f"{path}: expected {expected}, cannot be read: {first_line(error)}; the file may be "
            "damaged: download or write it again"
        ) from error


def first_line(error: BaseException, limit: int = 300) -> str:
    """Return the name of an exception and the first line of its message.

    Example:
        >>> first_line(ValueError("too long"))
        'ValueError: too long'
    """
    lines = str(error).strip().splitlines()
    return ": ".join([type(error).__name__, *lines[:1]])[:limit]
