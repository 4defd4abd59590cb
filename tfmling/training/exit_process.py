"""Stop a training process: SIGTERM and Ctrl-C, and a fast exit.

    stop = StopSignal()
    with stop.caught():
        while ...:
            trainer.train(...)  # reads stop.flag after each step
            if stop.number is not None:
                raise Stopped(...)

Python runs signal handlers between bytecodes, but a loop of steps inside a graph has none. So a
thread reads the signals from a pipe and sets a variable that the graph reads.
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
# `timeout` and process managers send a signal twice, to a process and to its group
SAME_REQUEST_SECONDS = 1.0


class Stopped(SystemExit):
    """Ends a run that a signal stopped; prints its message to stderr.

    Attributes:
        code: 130 after SIGINT, 143 after SIGTERM, also if another process of the run received it.

    Example:
        >>> Stopped(signal.SIGTERM, "stopped at step 400").code
        143
    """

    code: int

    def __init__(self, number: int | None, message: str):
        super().__init__(message)
        self.code = 128 + (number or signal.SIGTERM)
        print(message, file=sys.stderr, flush=True)


class StopSignal:
    """Catches SIGTERM and SIGINT; a second one kills the process.

    Only the main thread receives signals; elsewhere it catches nothing.

    Attributes:
        flag: bool variable, true after the first signal; graphs may read it.
        number: of the first signal; None before it.

    Example:
        >>> stop = StopSignal()
        >>> with stop.caught():
        ...     signal.raise_signal(signal.SIGTERM)
        >>> stop.number, bool(stop.flag)
        (15, True)
    """

    def __init__(self) -> None:
        with tf.device("CPU:0"):
            self.flag = tf.Variable(False, trainable=False, name="stop")
        self.number: int | None = None
        self._since = 0.0

    @contextlib.contextmanager
    def caught(self) -> Iterator["StopSignal"]:
        """Catch signals until the context ends."""
        if threading.current_thread() is not threading.main_thread():
            yield self
            return
        read, write = os.pipe()
        os.set_blocking(write, False)
        earlier_pipe = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        # the thread reacts, not the handler
        earlier = {number: signal.signal(number, lambda *_: None) for number in SIGNALS}
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
            print("killed by a second signal", file=sys.stderr, flush=True)
            os._exit(128 + number)


@contextlib.contextmanager
def exit_without_iterator_cleanup(several_devices: bool) -> Iterator[None]:
    """Exit the process after the context, skipping TensorFlow's slow iterator teardown.

    TensorFlow 2.20 joins one autotuning thread per dataset and device, up to a minute each, one
    after another: 178 seconds after a run of two tasks on two devices that took 25 seconds. Do not
    use it with `multi_worker`, whose processes have to disconnect from each other.

    Args:
        several_devices: whether this process uses several devices; does nothing otherwise.

    Example:
        >>> with exit_without_iterator_cleanup(several_devices=False):
        ...     print("trained")
        trained
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
