"""Report a run while it trains: a line with the time left, history.jsonl, TensorBoard."""

import contextlib
import json
import math
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping

import tensorflow as tf

from tfmling.core import files
from tfmling.records import tfrecord
from tfmling.training.not_finite import require_finite_metrics


class Progress:
    """Reports the mean metrics of each loop of steps.

    Args:
        history_path: file that gets one line of JSON per report.
        step: global step.
        steps: of the whole run.
        monitor: returns further metrics at some steps.

    Example:
        >>> step = tf.Variable(0, dtype=tf.int64)
        >>> progress = Progress("history.jsonl", step, steps=100)
        >>> _ = step.assign(20)
        >>> progress({"mlm/loss": tf.constant(2.5)})
        >>> json.loads(open("history.jsonl").read())["mlm/loss"]
        2.5
    """

    def __init__(
        self,
        history_path: str,
        step: tf.Variable,
        steps: int,
        monitor: Callable[[int], dict[str, float]] | None = None,
    ):
        self.history_path = history_path
        self.step = step
        self.steps = steps
        self.monitor = monitor
        self._first = self._last = int(step.numpy())
        self._started = self._time = self._printed = time.monotonic()
        self._drop_later_steps()

    @contextlib.contextmanager
    def watched(self, interval: float = 10.0) -> Iterator[None]:
        """Print the step whenever nothing was printed for `interval` seconds.

        Compiling the first step and the steps between two reports may take minutes.
        """
        ended = threading.Event()
        thread = threading.Thread(target=self._watch, args=(ended, interval), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _watch(self, ended: threading.Event, interval: float) -> None:
        while not ended.wait(max(self._printed + interval - time.monotonic(), interval / 10)):
            now = time.monotonic()
            if now - self._printed >= interval:
                self._print(self._line_between(int(self.step.numpy()), now))

    def _line_between(self, step: int, now: float) -> str:
        done, elapsed = step - self._first, now - self._started
        if not done:
            return (
                f"step {step}/{self.steps}  compiling and running the first step, {elapsed:.0f} s"
            )
        left = elapsed / done * (self.steps - step)
        return f"step {step}/{self.steps}  {elapsed / done:.2g} s/step  ETA {format_seconds(left)}"

    def _print(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)
        self._printed = time.monotonic()

    def __call__(self, metrics: dict[str, tf.Tensor]) -> None:
        """Report metrics; raises NotFiniteError if one is not finite."""
        now, step = time.monotonic(), int(self.step.numpy())
        values = {name: float(value) for name, value in metrics.items()}
        require_finite_metrics(values, f"step {step}: ")
        seconds, steps = now - self._time, step - self._last
        tokens = sum(v for name, v in values.items() if name.endswith("/tokens"))
        values["tokens_per_second"] = tokens * steps / seconds
        if self.monitor is not None:
            values |= self.monitor(step)
        entry = {"step": step, "seconds": round(now - self._started, 3)} | values
        with open(self.history_path, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        self._print(self._line(step, values, now))
        self._time, self._last = time.monotonic(), step  # excludes the time of the monitor

    def _line(self, step: int, values: dict[str, float], now: float) -> str:
        done = step - self._first
        left = (now - self._started) / done * (self.steps - step)
        hidden = ("tokens", "/loss", "per_second", "_rank", "/uniformity")
        shown = "  ".join(
            f"{name} {value:.4g}" for name, value in values.items() if not name.endswith(hidden)
        )
        return (
            f"step {step}/{self.steps}  {shown}  "
            f"{values['tokens_per_second']:,.0f} tokens/s  ETA {format_seconds(left)}"
        )

    def _drop_later_steps(self) -> None:
        """Drop lines after the restored step, which the resumed run will write again."""
        if not files.exists(self.history_path):
            return
        with files.open_binary(self.history_path) as file:
            lines = file.read().splitlines(keepends=True)
        kept = [line for line in lines if _step(line) <= self._first]
        files.write_bytes(self.history_path, b"".join(kept))


def _step(line: bytes) -> float:
    """The step of a line of history.jsonl; infinite if a killed process left it incomplete."""
    try:
        return json.loads(line)["step"] if line.endswith(b"}\n") else math.inf
    except (ValueError, KeyError, TypeError):
        return math.inf


def format_seconds(seconds: float) -> str:
    """Format a duration.

    Example:
        >>> format_seconds(3723), format_seconds(59.6)
        ('1:02:03', '1:00')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def write_summaries(
    writer: tf.summary.SummaryWriter, step: int, values: Mapping[str, tf.Tensor]
) -> None:
    """Write scalars for TensorBoard, and flush the file.

    Example:
        >>> writer = tf.summary.create_file_writer("summaries")
        >>> write_summaries(writer, 20, {"loss": tf.constant(2.5)})
        >>> len(files.find("summaries"))
        1
    """
    with writer.as_default(step):
        for name, value in values.items():
            tf.summary.scalar(name, value)
    writer.flush()


def truncate_summaries(folder: str, step: int) -> None:
    """Remove events of later steps, and incomplete ones, from all event files in a folder.

    Example:
        >>> writer = tf.summary.create_file_writer("summaries")
        >>> for step in (20, 40):
        ...     write_summaries(writer, step, {"loss": tf.constant(2.5)})
        >>> truncate_summaries("summaries", step=20)
        >>> events = tfrecord.read(files.find("summaries")[0])
        >>> max(tf.compat.v1.Event.FromString(event).step for event in events)
        20
    """
    for path in files.find(folder):
        kept = b"".join(tfrecord.frame(record) for record in _events_until(path, step))
        if len(kept) != files.size(path):
            files.write_bytes(path, kept)


def _events_until(path: str, step: int) -> Iterator[bytes]:
    try:
        for record in tfrecord.read(path):
            if tf.compat.v1.Event.FromString(record).step <= step:
                yield record
    except tfrecord.CorruptRecordError:  # a process was killed while writing
        return
