"""The end of a process that trained on several devices."""

import os
import sys
from typing import NoReturn


def leave() -> NoReturn:
    """Ends this process now, with status 0; all that it had to write is written.

    TensorFlow 2.20 would wait for the thread that tunes the iterator of each task on each device,
    up to a minute for one after the other: 178 seconds after a training of two tasks on two devices
    that took 25. Processes that train together end in their own way, since they say goodbye.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
