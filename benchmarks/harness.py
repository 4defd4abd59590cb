"""What the benchmarks share: arguments, threads, timing in turn, and tables."""

import argparse
import importlib
import importlib.util
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Run = Callable[[], object]


@dataclass(frozen=True)
class Seconds:
    """Duration of a run, by the clock and summed over processor cores."""

    wall: float
    cpu: float


def parser(description: str | None, **defaults: int | float | str) -> argparse.ArgumentParser:
    """Build a parser with an option for each default.

    Args:
        description: the benchmark's docstring, for --help.
        defaults: option names with underscores, and their defaults. An option has the type of its
            default; False makes a flag.
    """
    built = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, value in defaults.items():
        option = f"--{name.replace('_', '-')}"
        if value is False:
            built.add_argument(option, action="store_true")
        else:
            built.add_argument(option, type=type(value), default=value, help=f"default {value}")
    return built


def limit_threads(threads: int) -> None:
    """Limit TensorFlow, PyTorch (if installed), BLAS and tokenizers to `threads` threads each.

    Call it before they start their own threads.
    """
    os.environ["OMP_NUM_THREADS"] = str(threads)
    os.environ["RAYON_NUM_THREADS"] = str(threads)
    os.environ["TOKENIZERS_PARALLELISM"] = "true" if threads > 1 else "false"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # Triton and TensorFlow each bring an LLVM; Triton's crashes if loaded after TensorFlow's
    installed = [name for name in ("triton", "torch") if importlib.util.find_spec(name)]
    modules = {name: importlib.import_module(name) for name in installed}
    if "torch" in modules:
        modules["torch"].set_num_threads(threads)
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)


def time_run(run: Run) -> Seconds:
    """Run once and return the duration."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return Seconds(time.perf_counter() - wall, time.process_time() - cpu)


def median(times: Sequence[Seconds]) -> Seconds:
    """Return the median wall time and the median CPU time."""
    return Seconds(
        *(statistics.median(getattr(t, kind) for t in times) for kind in ("wall", "cpu"))
    )


def measure(contenders: dict[str, Run], rounds: int) -> dict[str, Seconds]:
    """Time contenders in turn, so that a busy machine slows all of them alike.

    Args:
        contenders: functions by name. Each runs once to warm up.
        rounds: timed runs of each.

    Returns:
        Median durations by name.
    """
    for name, run in contenders.items():
        print(f"warming up: {name}", file=sys.stderr)
        run()
    times: dict[str, list[Seconds]] = {name: [] for name in contenders}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        for name, run in contenders.items():
            times[name].append(time_run(run))
    return {name: median(own) for name, own in times.items()}


def print_speeds(measured: dict[str, Seconds], amount: float, unit: str) -> None:
    """Print speeds, and how much faster the first contender is than each.

    Args:
        measured: durations by name, ours first.
        amount: units of work in one run.
        unit: what is counted.
    """
    ours = next(iter(measured.values()))
    print(f"{'':34} {unit + '/s':>14} {'per CPU s':>12} {'ours / this':>12} {'by CPU time':>12}")
    for name, own in measured.items():
        print(
            f"{name:34} {amount / own.wall:14,.1f} {amount / own.cpu:12,.1f}"
            f" {own.wall / ours.wall:11.2f}x {own.cpu / ours.cpu:11.2f}x"
        )


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Format rows as a Markdown table; the first row is the header."""
    rule = ["---"] * len(rows[0])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (rows[0], rule, *rows[1:]))


def peak_memory_mib() -> float:
    """Return the largest resident memory of this process so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def describe_machine(threads: int) -> str:
    """Return the processor's name and instruction sets, and the number of threads in use."""
    info = Path("/proc/cpuinfo")
    text = info.read_text() if info.exists() else ""
    model = next((s.split(":")[1].strip() for s in text.splitlines() if "model name" in s), "")
    flags = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if f" {flag} " in text]
    return (
        f"{model or platform.processor()}, {text.count('processor' + chr(9))} cores "
        f"({' '.join(flags)}); {threads} threads; Python {platform.python_version()}"
    )
