"""Failing system calls: the n-th call of one kind on the files of one folder.

The calls are those that Python code makes; `open` gives real files whose own reads and writes may
fail too.
"""

import builtins
import contextlib
import errno
import io
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

ERRORS = (errno.ENOSPC, errno.EACCES, errno.EIO, errno.EMFILE)
OPERATIONS = ("open", "read", "write", "fsync", "rename", "mkdir", "remove", "list")


@dataclass
class Faults:
    """Counts calls below `folder`; the call number `number` of `operation` fails with `code`."""

    folder: str
    operation: str = ""
    number: int = 0
    code: int = 0
    calls: Counter = field(default_factory=Counter)
    injected: bool = False
    _lock: Any = field(default_factory=threading.Lock)

    def check(self, operation: str, path: Any, *, names_file: bool = True) -> None:
        """Counts a call, and raises OSError if it is the one that fails."""
        if not self._is_ours(path):
            return
        with self._lock:
            self.calls[operation] += 1
            fails = operation == self.operation and self.calls[operation] == self.number
            self.injected = self.injected or fails
        if fails:
            named = [os.fsdecode(path)] if names_file and not isinstance(path, int) else []
            raise OSError(self.code, os.strerror(self.code), *named)

    def _is_ours(self, path: Any) -> bool:
        if isinstance(path, int):
            try:
                path = os.readlink(f"/proc/self/fd/{path}")
            except OSError:
                return False
        return os.path.abspath(os.fsdecode(path)).startswith(self.folder)


class _File(io.FileIO):
    """A file whose reads and writes may fail, as the system says it: without its name."""

    def __init__(self, faults: Faults, path: Any, mode: str):
        super().__init__(path, mode)
        self._faults, self._path = faults, path

    def write(self, data: Any) -> int:
        self._faults.check("write", self._path, names_file=False)
        return super().write(data)

    def readinto(self, buffer: Any) -> int:
        self._faults.check("read", self._path, names_file=False)
        return super().readinto(buffer)

    def readall(self) -> bytes:
        self._faults.check("read", self._path, names_file=False)
        return super().readall()


@contextlib.contextmanager
def failing(faults: Faults) -> Iterator[Faults]:
    """The n-th call fails within the context."""
    real_open = builtins.open

    def open_file(path: Any, mode: str = "r", buffering: int = -1, encoding: Any = None,
                  errors: Any = None, newline: Any = None, **kw: Any) -> Any:  # fmt: skip
        if isinstance(path, int) or not faults._is_ours(path):
            return real_open(path, mode, buffering, encoding, errors, newline, **kw)
        faults.check("open", path)
        raw = _File(faults, path, mode.replace("b", "").replace("t", ""))
        if buffering == 0:
            return raw
        if "+" in mode:
            binary: Any = io.BufferedRandom(raw)
        else:
            binary = io.BufferedReader(raw) if "r" in mode else io.BufferedWriter(raw)
        if "b" in mode:
            return binary
        text = io.TextIOWrapper(binary, encoding, errors, newline)
        text.mode = mode
        return text

    with contextlib.ExitStack() as stack:
        for module in (builtins, io):
            stack.enter_context(_replaced(module, "open", open_file))
        for name, operation in {
            "open": "open", "fsync": "fsync", "rename": "rename", "replace": "rename",
            "mkdir": "mkdir", "unlink": "remove", "remove": "remove", "rmdir": "remove",
            "listdir": "list", "scandir": "list",
        }.items():  # fmt: skip
            stack.enter_context(_replaced(os, name, _checked(faults, operation, name)))
        yield faults


def _checked(faults: Faults, operation: str, name: str) -> Callable[..., Any]:
    real = getattr(os, name)

    def call(path: Any = ".", *arguments: Any, **kw: Any) -> Any:
        faults.check(operation, path, names_file=name != "fsync")
        return real(path, *arguments, **kw)

    return call


@contextlib.contextmanager
def _replaced(module: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)
