"""The exceptions of workers, which Beam hands over as text."""

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
    """The exception that ended a worker, where a user can do something about it.

    Args:
        text: of Beam's RuntimeError: an exception with its message, or a whole traceback.

    Returns:
        A UserError of the same class and message, an OSError with its number and path, or a
        MemoryError; None for a bug.
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
    """A message without the name of the step, which Beam appends."""
    return _STEP.sub("", message)


def _last_exception(text: str) -> str:
    """The line that names the last exception, with the further lines of its message."""
    lines = text.rpartition(_TRACEBACK)[2].splitlines()
    start = next((n for n, line in enumerate(lines) if line and not line[0].isspace()), 0)
    return "\n".join(lines[start:])


def _paths(text: str | None) -> Iterator[str]:
    """The file name as `repr` wrote it; of two, the first."""
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
    """Ends this process with status 1 and a message when a worker process dies within the context.

    At once and from whatever thread notices: all others of Beam's wait for the dead worker. What
    was written so far lies in a temporary folder, as after any other kill.
    """
    before = threading.excepthook

    def noticed(failed: threading.ExceptHookArgs) -> None:
        if not str(failed.exc_value).startswith(_DIED):
            before(failed)
            return
        print(
            f"{failed.exc_value}: a worker process was killed, perhaps for want of memory (more "
            "num_shards need less). Nothing was published; run again.",
            file=sys.stderr,
            flush=True,
        )
        _kill_workers()
        os._exit(1)

    threading.excepthook = noticed
    try:
        yield
    finally:
        threading.excepthook = before


def _kill_workers() -> None:
    """Other workers would wait for a runner that is gone."""
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
