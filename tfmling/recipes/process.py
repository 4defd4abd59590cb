"""Runs one stage in a process of its own, with its output on the terminal and in a log."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tfmling.core.errors import Terminated
from tfmling.core.printed import printable_bytes

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
_GRACE_SECONDS = 60.0  # to save a last checkpoint
_TAIL_BYTES = 1 << 16
_LINE_CHARACTERS = 500


@dataclass(frozen=True)
class Exit:
    """How the process of a stage ended.

    Attributes:
        status: the exit status; if negative, the number of the signal that ended it.
        out_of_memory: whether the kernel killed a process meanwhile because memory ran out.

    Example:
        >>> print(Exit(2))
        exited with status 2
        >>> print(Exit(-15))
        was ended by SIGTERM
    """

    status: int
    out_of_memory: bool = False

    def __str__(self) -> str:
        if self.status >= 0:
            return f"exited with status {self.status}"
        if self.status == -signal.SIGKILL and self.out_of_memory:
            return (
                "was killed by the kernel because memory ran out; give it smaller batches, more "
                "shards or more memory"
            )
        if self.status == -signal.SIGKILL:
            return "was killed (SIGKILL) by a user or a limit of the system"
        return f"was ended by {_signal_name(-self.status)}"


def run_stage_process(
    name: str,
    config_path: Path,
    flags: Sequence[str],
    log_path: Path,
    *,
    options: Sequence[str] = (),
    append: bool,
    keep_open: int,
) -> Exit:
    """Run `tfmling NAME --config CONFIG_PATH [-- FLAGS]`.

    The process is in a group of its own, so that an interruption (Ctrl-C) or SIGTERM reaches it
    only once, from here. Then it has `_GRACE_SECONDS` to save what it needs to resume.

    Args:
        name: the command.
        config_path: file of its settings.
        flags: for its runner.
        log_path: file that gets all its output.
        options: further options of the command, such as `--overwrite`.
        append: whether to append to the log instead of replacing it.
        keep_open: a file descriptor that the process inherits.
    """
    # with -P, Python does not import modules from the working directory
    words = arguments(name, config_path, flags, options)
    command = [sys.executable, "-P", "-m", "tfmling", *words]
    killed_before = _killed_for_memory()
    with open(log_path, "ab" if append else "wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_environment(),
            pass_fds=[keep_open],
            preexec_fn=_end_with_parent,
            process_group=0,
        )
        try:
            _copy(process, log)
            return Exit(process.wait(), _killed_for_memory() > killed_before)
        except BaseException as error:
            _stop(process, log, error)
            raise


def _stop(process: subprocess.Popen[bytes], log: IO[bytes], reason: BaseException) -> None:
    """Forward an interruption to a process and wait for its end; a second one kills it."""
    is_interruption = isinstance(reason, KeyboardInterrupt) and not isinstance(reason, Terminated)
    process.send_signal(signal.SIGINT if is_interruption else signal.SIGTERM)
    kill = threading.Timer(_GRACE_SECONDS, process.kill)
    kill.start()
    try:
        _copy(process, log, show=not isinstance(reason, OSError))
        process.wait()
    finally:
        kill.cancel()
        process.kill()
        process.wait()


def _killed_for_memory() -> int:
    """Number of processes that the kernel killed because memory ran out; 0 if it is unknown."""
    with contextlib.suppress(OSError, ValueError):
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))
    return 0


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def arguments(
    name: str, config_path: Path, flags: Sequence[str], options: Sequence[str] = ()
) -> list[str]:
    """Return the arguments of `tfmling` that run a command.

    Example:
        >>> arguments("train", Path("a.yaml"), [], ["--restart"])
        ['train', '--config', 'a.yaml', '--restart']
        >>> arguments("count_words", Path("a.yaml"), ["--direct_num_workers=2"])
        ['count_words', '--config', 'a.yaml', '--', '--direct_num_workers=2']
    """
    runner = ["--", *flags] if flags else []
    return [name, "--config", str(config_path), *options, *runner]


def _environment() -> dict[str, str]:
    # PYTHONSAFEPATH is -P for the processes that the stage starts, Beam's workers among them
    ours = {"PYTHONUNBUFFERED": "1", "PYTHONSAFEPATH": "1"}
    return {"TF_CPP_MIN_LOG_LEVEL": "2"} | os.environ | ours


def _end_with_parent() -> None:
    """On Linux, let the kernel kill the stage when its run is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _copy(process: subprocess.Popen[bytes], log: IO[bytes], show: bool = True) -> None:
    assert process.stdout is not None
    sys.stdout.flush()
    while chunk := os.read(process.stdout.fileno(), 1 << 16):
        chunk = printable_bytes(chunk)
        log.write(chunk)
        log.flush()
        if show:
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()


def last_lines(log_path: Path, count: int = 5) -> list[str]:
    """Return the last `count` lines of a log, without blank lines.

    Example:
        >>> _ = Path("a.log").write_text("one\\n\\ntwo\\nthree\\n")
        >>> last_lines(Path("a.log"), 2)
        ['two', 'three']
    """
    with open(log_path, "rb") as log:
        log.seek(max(0, log.seek(0, os.SEEK_END) - _TAIL_BYTES))
        lines = log.read().decode(errors="replace").splitlines()
    return [line[:_LINE_CHARACTERS] for line in lines if line.strip()][-count:]
