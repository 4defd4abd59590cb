"""Lower the steps that the settings list, and publish their sizes."""

import sys
from dataclasses import asdict, dataclass

import keras

from tfmling.core import files, outputs
from tfmling.core.errors import UserError
from tfmling.tpu.hlo import parse
from tfmling.tpu.lowering import LoweringError, lower
from tfmling.tpu.memory import Footprint, estimate_footprint
from tfmling.tpu.settings import TpuCheck
from tfmling.tpu.stateless import StateError
from tfmling.tpu.step import build_task, trace_step

# memory of a core: https://cloud.google.com/tpu/docs/v3 and /v4 (a v4 chip is one core to XLA)
CORES = {"v3-8": 16 * 2**30, "v4-8": 32 * 2**30}


class TpuCheckError(UserError, ValueError):
    """Some steps cannot be lowered.

    Example:
        >>> raise TpuCheckError("base masked_lm float32: TPUs do not support StringJoin")
        Traceback (most recent call last):
            ...
        tfmling.tpu.run_check.TpuCheckError: base masked_lm float32: TPUs do not support StringJoin
    """


@dataclass(frozen=True)
class LoweredStep:
    """One lowered step and the footprint of its program.

    Example:
        >>> figures = Footprint(1200, flops=10**9, argument_bytes=2**20, peak_bytes=2**33)
        >>> LoweredStep("base", "masked_lm", "bfloat16", figures).cells()[3:]
        ['1,200', '1.0', '1 MiB', '8,192 MiB', '50%', '25%']
    """

    check: str
    objective: str
    dtype: str
    figures: Footprint

    def cells(self) -> list[str]:
        """A row of the table."""
        own = self.figures
        return [
            self.check,
            self.objective,
            self.dtype,
            f"{own.operations:,}",
            f"{own.flops / 1e9:,.1f}",
            _mebibytes(own.argument_bytes),
            _mebibytes(own.peak_bytes),
            *(f"{own.peak_bytes / size:.0%}" for size in CORES.values()),
        ]

    def line(self) -> str:
        """A line to print."""
        _, _, _, operations, gflop, arguments, peak, *shares = self.cells()
        used = ", ".join(f"{share} of {core}" for share, core in zip(shares, CORES, strict=True))
        return (
            f"{self.check} {self.objective} {self.dtype}: {operations} operations, {gflop} GFLOP, "
            f"arguments {arguments}, estimated {peak} a core ({used})"
        )


def run_check(settings: TpuCheck) -> list[LoweredStep]:
    """Lower all steps, print a line for each, and publish `lowered.json` and `lowered.md`.

    Raises:
        TpuCheckError: names every step that failed, with the reason; nothing is published.
    """
    lowered: list[LoweredStep] = []
    failed: list[str] = []
    steps = [
        (name, check, objective, dtype)
        for name, check in settings.checks.items()
        for objective in check.objectives
        for dtype in settings.dtypes
    ]
    for number, (name, check, objective, dtype) in enumerate(steps, 1):
        keras.backend.clear_session()  # frees the graph of the previous step
        task = build_task(objective, check.shape)
        try:
            program = lower(trace_step(check.shape, task, dtype, check.optimizer))
        except (LoweringError, StateError) as error:
            failed.append(f"{name} {objective} {dtype}: {error}")
            print(f"[{number}/{len(steps)}] FAILED {failed[-1]}", file=sys.stderr)
            continue
        lowered.append(LoweredStep(name, objective, dtype, estimate_footprint(parse(program))))
        print(f"[{number}/{len(steps)}] {lowered[-1].line()}", file=sys.stderr, flush=True)
    if failed:
        raise TpuCheckError("\n".join(failed))
    with outputs.publish(settings) as output:
        files.write_json(f"{output}/lowered.json", [asdict(step) for step in lowered])
        files.write_text(f"{output}/lowered.md", markdown_table(lowered))
    return lowered


def markdown_table(lowered: list[LoweredStep]) -> str:
    """All lowered steps as a table in Markdown.

    Example:
        >>> figures = Footprint(1200, flops=10**9, argument_bytes=2**20, peak_bytes=2**33)
        >>> step = LoweredStep("base", "masked_lm", "bfloat16", figures)
        >>> markdown_table([step]).splitlines()[-1]
        '| base | masked_lm | bfloat16 | 1,200 | 1.0 | 1 MiB | 8,192 MiB | 50% | 25% |'
    """
    head = ["check", "objective", "dtype", "operations", "GFLOP", "arguments", "estimate", *CORES]
    rows = [head, ["---"] * len(head), *(step.cells() for step in lowered)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _mebibytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"
