"""A local worker process of Beam that exits with its launcher and leaves error reports to it.

    python -m beam_pipelines.worker_process      (started by `beam_pipelines.runner`)

Beam's own worker exits minutes after its launcher, and prints the traceback of each error twice.
"""

import logging
import os
import sys
import threading
import time

import psutil

_LAUNCHER = "TFMLING_LAUNCHER"  # process id and start time of the launcher
_DEBUG = "TFMLING_DEBUG"
_SECONDS = 1.0  # between two checks of the launcher


def environment(debug: bool) -> dict[str, str]:
    """Return the environment variables of workers that this process launches.

    Example:
        >>> variables = environment(debug=True)
        >>> variables["TFMLING_DEBUG"], variables["TFMLING_LAUNCHER"].split()[0] == str(os.getpid())
        ('1', True)
    """
    own = psutil.Process()
    return {_LAUNCHER: f"{own.pid} {own.create_time()}", _DEBUG: "1" if debug else ""}


def exit_after(launcher: str) -> None:
    """Exit this process after the launcher has ended; never returns.

    Args:
        launcher: process id and start time, because ids are reused.
    """
    pid, started = launcher.split()
    while _is_running(int(pid), float(started)):
        time.sleep(_SECONDS)
    os._exit(1)


def _is_running(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        return process.create_time() == started and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def main() -> None:
    """Run a Beam worker for the launcher that the environment names."""
    launcher = os.environ[_LAUNCHER]
    threading.Thread(target=exit_after, args=[launcher], daemon=True).start()

    logging.disable(logging.WARNING)  # Beam warns of each optional package that is missing
    from apache_beam.runners.worker import sdk_worker_main

    logging.disable(logging.NOTSET)
    logging.basicConfig(format="%(asctime)s %(message)s", stream=sys.stderr, force=True)
    if os.environ[_DEBUG]:
        logging.getLogger("apache_beam").setLevel(logging.WARNING)
    else:  # the launcher reports all errors
        logging.getLogger("apache_beam").setLevel(logging.CRITICAL)
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sdk_worker_main.main(sys.argv)


if __name__ == "__main__":
    main()
