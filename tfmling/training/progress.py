"""What a training says while it runs: a line with the time left, history.jsonl, TensorBoard."""

import json
import math
import sys
import time
from collections.abc import Callable

import tensorflow as tf

from tfmling.core import files
from tfmling.core.errors import UserError

LOWER_RATE = (
    "The last checkpoint is from before this. Lower optimizer.learning_rate, lengthen "
    "optimizer.warmup_steps, or use float32, with --restart."
)


class NotFiniteError(UserError, ArithmeticError):
    """A loss or a gradient became NaN or infinite; the last checkpoint is from before."""


class Progress:
    """Called after every loop of steps with the means of its metrics.

    Args:
        history_path: a file that gets one JSON object a call.
        step: the step counter.
        steps: how many steps there will be.
        monitor: more figures by the step, where it is time for them.
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
        self._started = self._time = time.monotonic()
        self._forget_later_steps()

    def __call__(self, metrics: dict[str, tf.Tensor]) -> None:
        """Reports; raises NotFiniteError where a metric is not a finite number."""
        now, step = time.monotonic(), int(self.step.numpy())
        values = {name: float(value) for name, value in metrics.items()}
        _check_finite(values, f"step {step}: ")
        seconds, taken = now - self._time, step - self._last
        tokens = sum(v for name, v in values.items() if name.endswith("/tokens"))
        values["tokens_per_second"] = tokens * taken / seconds
        if self.monitor is not None:
            values |= self.monitor(step)
        self._write({"step": step, "seconds": round(now - self._started, 3)} | values)
        print(self._line(step, values, now), file=sys.stderr, flush=True)
        self._time, self._last = time.monotonic(), step  # the monitor's time is no step's

    def _line(self, step: int, values: dict[str, float], now: float) -> str:
        done = step - self._first
        left = (now - self._started) / done * (self.steps - step)
        shown = {
            name: value
            for name, value in values.items()
            if not name.endswith(("tokens", "/loss", "per_second", "_rank", "/uniformity"))
        }
        figures = "  ".join(f"{name} {value:.4g}" for name, value in shown.items())
        return (
            f"step {step}/{self.steps}  {figures}  "
            f"{values['tokens_per_second']:,.0f} tokens/s  ETA {format_seconds(left)}"
        )

    def _write(self, entry: dict[str, float]) -> None:
        with open(self.history_path, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def _forget_later_steps(self) -> None:
        """After a resume, lines beyond the checkpoint would occur twice."""
        if not files.exists(self.history_path):
            return
        with files.open_binary(self.history_path) as file:
            lines = file.read().splitlines(keepends=True)
        kept = [line for line in lines if _step(line) <= self._first]
        files.write_bytes(self.history_path, b"".join(kept))


def _step(line: bytes) -> float:
    """The step of a line of history.jsonl; infinite where a killed process left half of one."""
    try:
        return json.loads(line)["step"] if line.endswith(b"}\n") else math.inf
    except (ValueError, KeyError, TypeError):
        return math.inf


def stop_if_not_finite(metrics: dict[str, tf.Tensor]) -> None:
    """What a process does that reports nothing; raises NotFiniteError."""
    _check_finite({name: float(value) for name, value in metrics.items()})


def _check_finite(values: dict[str, float], place: str = "") -> None:
    if broken := {name: value for name, value in values.items() if not math.isfinite(value)}:
        raise NotFiniteError(f"{place}{broken}; expected finite numbers. {LOWER_RATE}")


def format_seconds(seconds: float) -> str:
    """`1:02:03` or `2:03`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
