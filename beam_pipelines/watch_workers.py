"""Ends a local run whose worker process was killed; Beam 2.77 would wait for it for ever.

The thread that Beam has for each worker process notices, and dies with an error that nobody reads.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator

import psutil

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
