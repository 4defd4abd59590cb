"""Runs one stage in a process of its own; what it says goes to the terminal and to its log."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from tfmling.printed import printable_bytes

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def run_module(
    module: str,
    config_path: Path,
    flags: Sequence[str],
    log_path: Path,
    *,
    options: Sequence[str] = (),
    append: bool,
    keep_open: int,
) -> int:
    """Run `python -P -m module --config config_path [-- flags]`.

    Args:
        module: of a main.
        config_path: its settings.
        flags: for its runner.
        log_path: gets all it prints.
        options: further options of the command, such as `--overwrite`.
        append: whether the log goes on with what is in it.
        keep_open: a file descriptor that the process inherits.

    Returns:
        The exit status; negative: the number of the signal that ended it.
    """
    command = [sys.executable, *arguments(module, config_path, flags, options)]
    with open(log_path, "ab" if append else "wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_environment(),
            pass_fds=[keep_open],
            preexec_fn=_end_with_parent,
        )
        assert process.stdout is not None
        try:
            _copy(process.stdout, log)
            return process.wait()
        except BaseException:
            process.kill()
            process.wait()
            raise


def arguments(
    module: str, config_path: Path, flags: Sequence[str], options: Sequence[str] = ()
) -> list[str]:
    """Python's arguments that run a command.

    With -P, Python does not import modules from the working directory.
    """
    runner = ["--", *flags] if flags else []
    return ["-P", "-m", module, "--config", str(config_path), *options, *runner]


def _environment() -> dict[str, str]:
    # PYTHONSAFEPATH is -P for the processes that the stage starts, Beam's workers among them
    ours = {"PYTHONUNBUFFERED": "1", "PYTHONSAFEPATH": "1"}
    return {"TF_CPP_MIN_LOG_LEVEL": "2"} | os.environ | ours


def _end_with_parent() -> None:
    """Where the system can (Linux): a run that is killed leaves no stage behind it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _copy(source: IO[bytes], log: IO[bytes]) -> None:
    sys.stdout.flush()
    while chunk := os.read(source.fileno(), 1 << 16):
        chunk = printable_bytes(chunk)
        log.write(chunk)
        log.flush()
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
