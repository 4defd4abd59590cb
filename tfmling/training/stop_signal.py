"""SIGTERM and Ctrl-C during a training: stop at the next step, save, exit with 143 or 130.

    with StopSignal() as stop:
        while ...:
            trainer.train(...)  # reads stop.flag after each step
            if stop.number is not None:
                raise Stopped(...)

Python runs signal handlers between bytecodes, and a loop of steps in a graph has none, so a thread
reads the signals from a pipe and sets a variable that the graph reads.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator

import tensorflow as tf

SIGNALS = (signal.SIGTERM, signal.SIGINT)
# `timeout` and process managers send one signal twice, to a process and to its group
SAME_REQUEST_SECONDS = 1.0


class Stopped(SystemExit):
    """Ends a training that a signal stopped; its message is on stderr already.

    Attributes:
        code: 143 after SIGTERM, also where another process of the training got it; 130 after
            SIGINT.
    """

    code: int

    def __init__(self, number: int | None, message: str):
        super().__init__(message)
        self.code = 128 + (number or signal.SIGTERM)
        print(message, file=sys.stderr, flush=True)


class StopSignal:
    """Catches SIGTERM and SIGINT while it is entered; a second one ends the process at once.

    Outside the main thread, which alone gets signals, it catches nothing.

    Attributes:
        flag: bool, true from the first signal on; graphs may read it.
        number: of the first signal; None before it.
    """

    def __init__(self) -> None:
        with tf.device("CPU:0"):
            self.flag = tf.Variable(False, trainable=False, name="stop")
        self.number: int | None = None
        self._since = 0.0

    @contextlib.contextmanager
    def caught(self) -> Iterator["StopSignal"]:
        """Catches signals until the context ends."""
        if threading.current_thread() is not threading.main_thread():
            yield self
            return
        read, write = os.pipe()
        os.set_blocking(write, False)
        earlier_pipe = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        earlier = {number: signal.signal(number, _ignore) for number in SIGNALS}
        thread = threading.Thread(target=self._watch, args=(read,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            for number, handler in earlier.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(earlier_pipe)
            os.close(write)
            thread.join()
            os.close(read)

    def _watch(self, read: int) -> None:
        while received := os.read(read, 1):
            if received[0] in SIGNALS:
                self._receive(received[0])

    def _receive(self, number: int) -> None:
        if self.number is None:
            self.number, self._since = number, time.monotonic()
            self.flag.assign(True)
        elif time.monotonic() - self._since >= SAME_REQUEST_SECONDS:
            print("stopped at once", file=sys.stderr, flush=True)
            os._exit(128 + number)


def _ignore(number: int, frame: object) -> None:
    """The thread that reads the pipe acts."""
