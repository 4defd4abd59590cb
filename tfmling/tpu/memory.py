"""Estimate the memory of a step on a TPU core from its program.

Arguments (weights, optimizer slots, the batch) stay in memory for the whole step, and their new
values overwrite them. Results of matrix products, reductions, gathers, scatters, sorts,
concatenations, random generators and loops stay from the instruction that computes them until their
last use. Elementwise results cost nothing, because XLA fuses them into their readers, but keep
their inputs alive. A loop needs the peak of its body and the values that it changes. The estimate
is the largest sum at any instruction, in program order.

It ignores decisions of the TPU's compiler: padding to tiles of 8 x 128 numbers, reordering,
rematerialization, and buffers for sums over replicas.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tfmling.tpu.hlo import Instruction, Program

# opcodes whose results XLA writes to memory; all others are fused
_MATERIALIZED = frozenset(
    (
        "concatenate",
        "convolution",
        "custom-call",
        "dot",
        "dynamic-update-slice",
        "gather",
        "reduce",
        "reduce-window",
        "rng-bit-generator",
        "scatter",
        "sort",
        "while",
    )
)


@dataclass(frozen=True)
class Footprint:
    """Size of a program.

    Attributes:
        operations: instructions of all computations.
        flops: of matrix products; a loop's body counts once.
        argument_bytes: weights, optimizer slots and batch.
        peak_bytes: arguments plus the largest sum of other values.

    Example:
        >>> figures = Footprint(operations=3, flops=0, argument_bytes=8, peak_bytes=24)
        >>> figures.peak_bytes - figures.argument_bytes
        16
    """

    operations: int
    flops: int
    argument_bytes: int
    peak_bytes: int


def estimate_footprint(program: Program) -> Footprint:
    """Count operations, and estimate memory as this module's docstring describes.

    Example:
        >>> from tfmling.tpu.hlo import parse
        >>> text = "ENTRY %m (x: f32[2]) -> f32[2] {\\n  ROOT %x = f32[2]{0} parameter(0)\\n}"
        >>> estimate_footprint(parse(text)).argument_bytes
        8
    """
    rows = [row for own in program.computations.values() for row in own]
    entry = program.computations[program.entry]
    arguments = sum(sum(row.sizes) for row in entry if row.opcode == "parameter")
    return Footprint(
        operations=len(rows),
        flops=sum(row.flops for row in rows),
        argument_bytes=arguments,
        peak_bytes=arguments + _peak(program, program.entry),
    )


def _peak(program: Program, name: str) -> int:
    """Peak bytes of a computation, without its arguments."""
    rows = program.computations[name]
    changes = [0] * (len(rows) + 1)
    for first, last, size in _lifetimes(program, rows):
        changes[first] += size
        changes[last + 1] -= size
    current = peak = 0
    for row, change in zip(rows, changes, strict=False):
        current += change
        peak = max(peak, current + _inner_peak(program, row))
    return peak


def _inner_peak(program: Program, row: Instruction) -> int:
    if row.opcode not in ("while", "call", "conditional"):
        return 0
    return max((_peak(program, called) for called in row.calls), default=0)


def _lifetimes(program: Program, rows: Sequence[Instruction]) -> Iterator[tuple[int, int, int]]:
    """(first, last, bytes) of each materialized result, by index of the instruction."""
    sources: dict[str, frozenset[int]] = {}  # materialized values that a result reads
    last = list(range(len(rows)))
    for number, row in enumerate(rows):
        needed = frozenset().union(*(sources.get(name, frozenset()) for name in row.operands))
        is_materialized = row.opcode in _MATERIALIZED
        if is_materialized or number == len(rows) - 1:
            for source in needed:
                last[source] = number
        sources[row.name] = frozenset([number]) if is_materialized else needed
    for number, row in enumerate(rows):
        if row.opcode in _MATERIALIZED:
            yield number, last[number], _result_bytes(program, row)


def _result_bytes(program: Program, row: Instruction) -> int:
    if row.opcode != "while":
        return sum(row.sizes)
    bodies = [program.computations[name] for name in row.calls]
    unchanged = max((_unchanged(body) for body in bodies), key=len, default=set())
    return sum(size for part, size in enumerate(row.sizes) if part not in unchanged)


def _unchanged(body: Sequence[Instruction]) -> set[int]:
    """The elements of a loop's tuple that its body returns unchanged."""
    by_name = {row.name: row for row in body}
    root = body[-1]
    if root.opcode != "tuple":
        return set()
    origins = [_origin(by_name, name) for name in root.operands]
    return {part for part, origin in enumerate(origins) if origin.index == part}


def _origin(by_name: dict[str, Instruction], name: str) -> Instruction:
    """The instruction behind reshapes and copies."""
    row = by_name[name]
    while row.opcode in ("reshape", "copy", "bitcast"):
        row = by_name[row.operands[0]]
    return row
