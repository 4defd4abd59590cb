"""The end of a process that trained on several devices."""

import contextlib
import os
import sys
from collections.abc import Iterator

from tfmling.training.stop_signal import Stopped


@contextlib.contextmanager
def exit_without_iterator_cleanup(several_devices: bool) -> Iterator[None]:
    """Ends the process when the context is done, or was stopped by a signal.

    TensorFlow 2.20 joins one autotuning thread for each dataset and device, up to a minute each,
    one after another: 178 seconds after a training of two tasks on two devices that took 25.
    Processes that train together end in their own way, since they say goodbye.

    Args:
        several_devices: of this process; with one device nothing is done.
    """
    status = 0
    try:
        yield
    except Stopped as stopped:
        if not several_devices:
            raise
        status = stopped.code
    if several_devices:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
