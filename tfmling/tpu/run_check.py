"""Lowers every step that the settings ask for and writes what came out."""

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import keras

from tfmling.core import files, outputs
from tfmling.core.errors import UserError
from tfmling.tpu.hlo import parse
from tfmling.tpu.lowering import LoweringError, lower
from tfmling.tpu.memory import Footprint, footprint
from tfmling.tpu.objectives import build_task
from tfmling.tpu.settings import Check, TpuCheck
from tfmling.tpu.stateless import StateError
from tfmling.tpu.step import trace_step

# memory of a core: https://cloud.google.com/tpu/docs/v3 and /v4 (a v4 chip is one core to XLA)
CORES = {"v3-8": 16 * 2**30, "v4-8": 32 * 2**30}


class TpuCheckError(UserError, ValueError):
    """Some steps cannot be lowered."""


@dataclass(frozen=True)
class Lowered:
    """One step and its figures."""

    check: str
    objective: str
    dtype: str
    figures: Footprint

    def line(self) -> str:
        """For a person."""
        own = self.figures
        shares = ", ".join(f"{own.peak_bytes / size:.0%} of {n}" for n, size in CORES.items())
        return (
            f"{self.check} {self.objective} {self.dtype}: {own.operations:,} operations, "
            f"{own.flops / 1e9:,.1f} GFLOP, arguments {_mega(own.argument_bytes)}, "
            f"estimated {_mega(own.peak_bytes)} a core ({shares})"
        )


def run_check(settings: TpuCheck) -> list[Lowered]:
    """Lowers all, prints a line for each, and publishes `lowered.json` and `lowered.md`.

    Raises:
        TpuCheckError: names every step that failed and why; nothing is published.
    """
    done: list[Lowered] = []
    failed: list[str] = []
    todo = list(_steps(settings))
    for number, (name, check, objective, dtype) in enumerate(todo, 1):
        try:
            lowered = Lowered(name, objective, dtype, lower_one(check, objective, dtype))
        except (LoweringError, StateError) as error:
            failed.append(f"{name} {objective} {dtype}: {error}")
            print(f"[{number}/{len(todo)}] FAILED {failed[-1]}", file=sys.stderr)
            continue
        done.append(lowered)
        print(f"[{number}/{len(todo)}] {lowered.line()}", file=sys.stderr, flush=True)
    if failed:
        raise TpuCheckError("\n".join(failed))
    _publish(settings, done)
    return done


def lower_one(check: Check, objective: str, dtype: str) -> Footprint:
    """The figures of one step's program."""
    keras.backend.clear_session()  # the graph of the last one
    task = build_task(objective, check.shape)
    step = trace_step(check.shape, task, dtype, check.optimizer)
    return footprint(parse(lower(step)))


def _steps(settings: TpuCheck) -> Iterator[tuple[str, Check, str, str]]:
    for name, check in settings.checks.items():
        for objective in check.objectives:
            for dtype in settings.dtypes:
                yield name, check, objective, dtype


def _publish(settings: TpuCheck, done: list[Lowered]) -> None:
    with outputs.publish(settings) as output:
        rows = [asdict(lowered) for lowered in done]
        files.write_json(f"{output}/lowered.json", rows)
        files.write_text(f"{output}/lowered.md", table(done))


def table(done: list[Lowered]) -> str:
    """A table in Markdown."""
    head = ["check", "objective", "dtype", "operations", "GFLOP", "arguments", "estimate", *CORES]
    rows = [head, ["---"] * len(head), *map(_cells, done)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _cells(lowered: Lowered) -> list[str]:
    own = lowered.figures
    return [
        lowered.check,
        lowered.objective,
        lowered.dtype,
        f"{own.operations:,}",
        f"{own.flops / 1e9:,.1f}",
        _mega(own.argument_bytes),
        _mega(own.peak_bytes),
        *(f"{own.peak_bytes / size:.0%}" for size in CORES.values()),
    ]


def _mega(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"
