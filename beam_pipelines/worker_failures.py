"""Failures of worker processes: exceptions, which Beam reports as text, and kills."""

import ast
import contextlib
import os
import re
import sys
import threading
from collections.abc import Iterator

import psutil

from tfmling.core.errors import InputError, UserError

_TRACEBACK = "Traceback (most recent call last):\n"
_LINE = re.compile(r"(?:RuntimeError: )?(?:\w+\.)*(\w+)(?:: (.*))?", re.DOTALL)
_STEP = re.compile(r" \[while running '[^']*'\]\s*$")
_ERRNO = re.compile(r"\[Errno (\d+)\] ([^:]*)(?:: (.*))?", re.DOTALL)


def worker_error(text: str) -> Exception | None:
    """Return the exception that ended a worker, if a user can fix its cause.

    Args:
        text: of Beam's RuntimeError: an exception with its message, or a whole traceback.

    Returns:
        A UserError of the same class and message, an OSError with its number and path, or a
        MemoryError; None for a bug.

    Example:
        >>> worker_error("InputError: a.txt: expected text [while running 'Read']")
        InputError('a.txt: expected text')
        >>> worker_error("FileNotFoundError: [Errno 2] No such file or directory: 'a.txt'").filename
        'a.txt'
    """
    found = _LINE.fullmatch(without_step(_last_exception(text)))
    if found is None:
        return None
    name, message = found[1], found[2] or ""
    if name == "MemoryError":
        return MemoryError()
    if name == "UnicodeDecodeError":
        return InputError(f"a text in another encoding: {message}; expected UTF-8")
    if number := _ERRNO.fullmatch(message):
        return OSError(int(number[1]), number[2], *_paths(number[3]))
    kind = next((each for each in _subclasses(UserError) if each.__name__ == name), None)
    return kind(message.strip()) if kind else None


def without_step(message: str) -> str:
    """Return a message without the name of the step, which Beam appends.

    Example:
        >>> without_step("a.txt: expected text [while running 'Read']")
        'a.txt: expected text'
    """
    return _STEP.sub("", message)


def _last_exception(text: str) -> str:
    """Return the line of the last exception, and the other lines of its message."""
    lines = text.rpartition(_TRACEBACK)[2].splitlines()
    start = next((n for n, line in enumerate(lines) if line and not line[0].isspace()), 0)
    return "\n".join(lines[start:])


def _paths(text: str | None) -> Iterator[str]:
    """Yield the file name, formatted by `repr`; of two, the first."""
    if text:
        with contextlib.suppress(ValueError, SyntaxError):
            yield str(ast.literal_eval(text.partition(" -> ")[0]))


def _subclasses(kind: type[UserError]) -> Iterator[type[UserError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)


_DIED = "Worker subprocess exited"


@contextlib.contextmanager
def exit_if_a_worker_dies() -> Iterator[None]:
    """Exit with status 1 and a message if a local worker process is killed within the context.

    Beam 2.77 would wait for the dead worker forever: only the thread of that worker fails. The exit
    is immediate, because Beam's other threads wait too; the output so far is in a temporary folder.

    Example:
        >>> with exit_if_a_worker_dies():
        ...     print(threading.excepthook.__name__)
        report_and_exit
    """
    before = threading.excepthook

    def report_and_exit(failed: threading.ExceptHookArgs) -> None:
        if not str(failed.exc_value).startswith(_DIED):
            before(failed)
            return
        print(
            f"{failed.exc_value}: a worker process was killed, perhaps out of memory (more "
            "num_shards need less). Nothing was published; run again.",
            file=sys.stderr,
            flush=True,
        )
        _kill_workers()
        os._exit(1)

    threading.excepthook = report_and_exit
    try:
        yield
    finally:
        threading.excepthook = before


def _kill_workers() -> None:
    """Kill the other workers, which would wait for the runner."""
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
