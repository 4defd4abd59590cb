"""Reporting of errors: one line on stderr and an exit status, without a traceback.

    @report_user_errors
    def main(arguments: Sequence[str] | None = None) -> None: ...

Exit statuses of every command: 0 done, 1 failed, 2 wrong settings or inputs, 130 interrupted
(Ctrl-C), 143 terminated (SIGTERM). `--debug` shows the traceback as well.
"""

import contextlib
import contextvars
import errno
import functools
import json
import os
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TextIO

from tfmling.core import extras
from tfmling.core.errors import (
    FAILED,
    INTERRUPTED,
    TERMINATED,
    WRONG_INPUT,
    Terminated,
    UserError,
    first_line,
)
from tfmling.core.printed import printable, printable_output

DEBUG = "--debug"
_OURS = ("tfmling", "beam_pipelines", "export")
_BUG = (
    "This is a bug in tfmling. Please report it with this traceback, the command and its settings "
    "where you got tfmling from."
)
_MAX_CHARACTERS = 1000  # of a line; an invalid value can be a whole file
_SHOWS_MORE = f"({DEBUG} shows the traceback)"


# takes the arguments of the command line, or None for those of the process
Main = Callable[..., None]

_debug = contextvars.ContextVar("debug", default=False)

# errno -> what to do
_ADVICE = {
    errno.ENOENT: "check the path",
    errno.ENOTDIR: "a part of this path is a file; name another path",
    errno.EISDIR: "expected a file; name one in this folder",
    errno.ENAMETOOLONG: "name a shorter path",
    errno.ELOOP: "symbolic links form a loop; name another path",
    errno.EACCES: "check its owner and permissions (ls -ld)",
    errno.EPERM: "check its owner and permissions (ls -ld)",
    errno.EROFS: "name an output on another disk",
    errno.ENOSPC: "free some space, or name an output on another disk, and run again",
    errno.EDQUOT: "free some space, or name an output on another disk, and run again",
    errno.EMFILE: "raise the limit of open files (ulimit -n) and run again",
    errno.ENFILE: "raise the system's limit of open files (fs.file-max) and run again",
    errno.EIO: "the disk or the network failed; check it and run again",
    errno.EFBIG: "raise the limit of file sizes (ulimit -f), or write more shards",
    errno.ENOMEM: "close other programs or use a machine with more memory",
}
_WRONG_PATH = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP}

# TensorFlow's errors about files and resources; its other errors are bugs
_OF_TENSORFLOW = {
    "NotFoundError": WRONG_INPUT,
    "DataLossError": WRONG_INPUT,
    "PermissionDeniedError": FAILED,
    "ResourceExhaustedError": FAILED,
    "UnavailableError": FAILED,
    "AbortedError": FAILED,
}


class CommandExit(SystemExit):
    """Exits a command whose message has been printed to stderr.

    Attributes:
        code: the exit status; `str()` returns the message.

    Example:
        >>> ending = CommandExit("a.txt: no such file", 2)
        >>> str(ending), ending.code
        ('a.txt: no such file', 2)
    """

    def __init__(self, message: str, status: int):
        super().__init__(message)
        self.code = status


def report_user_errors(main: Main) -> Main:
    """Decorate a main function: print errors of the user as one line and exit.

    The decorated function raises CommandExit after printing. Any other exception is a bug: it is
    raised unchanged, with a note that asks for a report.

    Example:
        >>> @report_user_errors
        ... def main(arguments=None):
        ...     raise UserError("no sentences")
        >>> main([])
        Traceback (most recent call last):
        tfmling.core.report_errors.CommandExit: no sentences
    """

    @functools.wraps(main)
    def run(arguments: Sequence[str] | None = None) -> None:
        given = list(sys.argv[1:] if arguments is None else arguments)
        debug = _debug.set(debugging() or DEBUG in _before_dashes(given))
        _escape_what_the_terminal_lacks()
        try:
            with printable_output(), _sigterm_as_exception():
                _run(main, arguments)
        except CommandExit as ending:
            if arguments is None and ending.code in (INTERRUPTED, TERMINATED):
                os._exit(ending.code)  # other threads would keep the process alive
            raise
        finally:
            _debug.reset(debug)

    return run


def debugging() -> bool:
    """Whether this command was given `--debug`.

    Example:
        >>> debugging()
        False
    """
    return _debug.get()


def _before_dashes(arguments: Sequence[str]) -> Sequence[str]:
    return arguments[: arguments.index("--")] if "--" in arguments else arguments


def _run(main: Main, arguments: Sequence[str] | None) -> None:
    try:
        try:
            main(arguments)
        except SystemExit:  # --help
            _flush()
            raise
        _flush()
    except CommandExit:
        raise
    except BrokenPipeError as error:
        if not _drop_closed_outputs():
            _end(error)
        raise CommandExit("", FAILED) from None
    except (Exception, KeyboardInterrupt) as error:
        _drop_closed_outputs()
        _end(error)


def _end(error: BaseException) -> None:
    """Report an error and raise CommandExit; raise the error itself if it is a bug."""
    message = describe(error)
    if message is None:
        if _BUG not in getattr(error, "__notes__", ()):
            error.add_note(_BUG)
        raise error
    if debugging():
        traceback.print_exception(error)
    message = printable(message)
    with contextlib.suppress(OSError):
        print(message, file=sys.stderr, flush=True)
    raise CommandExit(message, exit_status(error)) from None


def exit_status(error: BaseException) -> int:
    """Return the exit status of a command that failed with an error.

    Example:
        >>> exit_status(UserError("no sentences")), exit_status(FileNotFoundError("a.txt"))
        (1, 2)
        >>> exit_status(KeyboardInterrupt()), exit_status(Terminated())
        (130, 143)
    """
    if isinstance(error, KeyboardInterrupt):
        return TERMINATED if isinstance(error, Terminated) else INTERRUPTED
    if isinstance(error, UserError):
        return error.exit_status
    if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError):
        return WRONG_INPUT
    if isinstance(error, OSError):
        return WRONG_INPUT if error.errno in _WRONG_PATH else FAILED
    if isinstance(error, UnicodeError | json.JSONDecodeError):
        return WRONG_INPUT
    return _OF_TENSORFLOW.get(type(error).__name__, FAILED)


def describe(error: BaseException) -> str | None:
    """Return the message of an error for the user; None for a bug.

    Example:
        >>> describe(FileNotFoundError(errno.ENOENT, "", "a.txt"))
        'a.txt: no such file or directory; check the path (--debug shows the traceback)'
    """
    if isinstance(error, UserError):
        return "\n".join(map(_shortened, str(error).split("\n")))
    if isinstance(error, KeyboardInterrupt):
        return "terminated" if isinstance(error, Terminated) else "interrupted"
    message = _describe_foreign(error)
    if message is None:
        return None
    notes = [f" ({note})" for note in getattr(error, "__notes__", ())]
    return f"{message}{''.join(notes)} {_SHOWS_MORE}"


def _shortened(line: str) -> str:
    return line if len(line) <= _MAX_CHARACTERS else f"{line[:_MAX_CHARACTERS]}…"


def _describe_foreign(error: BaseException) -> str | None:
    if isinstance(error, OSError):
        return _describe_os_error(error)
    if isinstance(error, MemoryError):
        return (
            "out of memory: use smaller batches, fewer workers or more shards, or a machine with "
            "more memory"
        )
    if isinstance(error, UnicodeError):
        return f"a text in another encoding: {error}; expected UTF-8"
    if isinstance(error, json.JSONDecodeError):
        return f"not readable as JSON: {error}"
    if isinstance(error, ModuleNotFoundError):
        return _describe_missing_module(error)
    if type(error).__name__ == "SafetensorError":
        return f"a damaged safetensors file: {first_line(error)}; download or write it again"
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow and isinstance(error, _loaded(tensorflow, "errors.OpError")):
        return first_line(error) if type(error).__name__ in _OF_TENSORFLOW else None
    return None


def _loaded(module: Any, name: str) -> Any:
    return functools.reduce(getattr, name.split("."), module)


def _describe_os_error(error: OSError) -> str:
    if error.errno is None:
        return str(error) or type(error).__name__
    what = os.strerror(error.errno).lower()
    paths = [
        os.fsdecode(p) for p in (error.filename, error.filename2) if isinstance(p, str | bytes)
    ]
    advice = f"; {_ADVICE[error.errno]}" if error.errno in _ADVICE else ""
    return f"{' -> '.join(paths)}{': ' if paths else ''}{what}{advice}"


def _describe_missing_module(error: ModuleNotFoundError) -> str | None:
    package = (error.name or "").partition(".")[0]
    if not package or package in _OURS:
        return None
    extra = extras.extra_of(package)
    wanted = f"-e '.[{extra}]'" if extra else package
    return f"the package {package} is not installed; install it with: pip install {wanted}"


def _escape_what_the_terminal_lacks() -> None:
    """Print escapes instead of characters that the terminal's encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


@contextlib.contextmanager
def _sigterm_as_exception() -> Iterator[None]:
    """Raise Terminated on SIGTERM, so that temporary files are removed; a second SIGTERM kills."""
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return

    def terminate(number: int, frame: Any) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        raise Terminated

    signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) == terminate:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and not stream.closed:
            stream.flush()


def _drop_closed_outputs() -> bool:
    """Redirect outputs without a reader to /dev/null; return whether there were any."""
    closed = [stream for stream in (sys.stdout, sys.stderr) if _reader_is_gone(stream)]
    for stream in closed:
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, stream.fileno())
        os.close(devnull)
    return bool(closed)


def _reader_is_gone(stream: TextIO | None) -> bool:
    """Whether a stream is a pipe whose reader has exited, as `head` does."""
    try:
        poll = select.poll()
        poll.register(stream.fileno(), select.POLLOUT)  # type: ignore[union-attr]
        return any(events & select.POLLERR for _, events in poll.poll(0))
    except (OSError, ValueError, AttributeError):  # closed, or no file
        return False
