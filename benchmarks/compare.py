"""Measures contenders in turn, so that a busy machine slows all of them alike."""

import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """Medians over all rounds: seconds by the clock and of all processor cores."""

    wall: float
    cpu: float


def measure(contenders: dict[str, Callable[[], object]], rounds: int) -> dict[str, Measured]:
    """Runs every contender once to warm up, then all of them in turn, `rounds` times."""
    for name, run in contenders.items():
        print(f"warming up: {name}", file=sys.stderr)
        run()
    times: dict[str, list[Measured]] = {name: [] for name in contenders}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        for name, run in contenders.items():
            times[name].append(_time(run))
    return {
        name: Measured(
            statistics.median(m.wall for m in own), statistics.median(m.cpu for m in own)
        )
        for name, own in times.items()
    }


def _time(run: Callable[[], object]) -> Measured:
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return Measured(time.perf_counter() - wall, time.process_time() - cpu)


def report(measured: dict[str, Measured], amount: float, unit: str) -> str:
    """A table of speeds; the first contender is ours, the ratios are its speed over each.

    Args:
        measured: ours first.
        amount: units of work in one run.
        unit: what is counted.
    """
    ours = next(iter(measured.values()))
    head = f"{'':34} {unit + '/s':>14} {'per CPU s':>12} {'ours / this':>12} {'by CPU time':>12}"
    lines = [
        f"{name:34} {amount / own.wall:14,.1f} {amount / own.cpu:12,.1f}"
        f" {own.wall / ours.wall:11.2f}x {own.cpu / ours.cpu:11.2f}x"
        for name, own in measured.items()
    ]
    return "\n".join([head, *lines])


def machine(threads: int) -> str:
    """The processor, what it can do, and how many threads were used."""
    info = Path("/proc/cpuinfo")
    text = info.read_text() if info.exists() else ""
    model = next((s.split(":")[1].strip() for s in text.splitlines() if "model name" in s), "")
    flags = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if f" {flag} " in text]
    return (
        f"{model or platform.processor()}, {text.count('processor' + chr(9))} cores "
        f"({' '.join(flags)}); {threads} threads; Python {platform.python_version()}"
    )
