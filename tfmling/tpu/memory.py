"""An estimate of what a step holds in the memory of a TPU core, from its program.

The rule. Arguments (weights, optimizer slots, the batch) stay for the whole step, and their new
values take their place. Results of matrix products, sums over an axis, gathers, scatters, sorts,
joined arrays, random words and loops are held from where they are made until they are last needed;
everything that is computed number by number costs nothing, since XLA fuses it into what reads it,
and holds what it is computed of. A loop holds what its body holds at most, and what it changes from
round to round. The estimate is the largest sum at any moment, in the order of the program.

It leaves out what only the TPU's compiler decides: padding to tiles of 8 x 128 numbers, another
order of the operations, recomputing, and buffers of the sums over replicas.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tfmling.tpu.hlo import Instruction, Program

# What XLA writes to memory; anything else is fused.
_HELD = frozenset(
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
    """Figures of a program.

    Attributes:
        operations: instructions of all its computations.
        flops: of its matrix products; those of a loop's body are counted once.
        argument_bytes: weights, slots and batch.
        peak_bytes: arguments and what is held beside them at most.
    """

    operations: int
    flops: int
    argument_bytes: int
    peak_bytes: int


def footprint(program: Program) -> Footprint:
    """Counts and estimates; see the head of this module for the rule."""
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
    """The most bytes that a computation holds beside its arguments."""
    rows = program.computations[name]
    changes = [0] * (len(rows) + 1)
    for first, last, size in _spans(program, rows):
        changes[first] += size
        changes[last + 1] -= size
    held = peak = 0
    for row, change in zip(rows, changes, strict=False):
        held += change
        peak = max(peak, held + _inner_peak(program, row))
    return peak


def _inner_peak(program: Program, row: Instruction) -> int:
    if row.opcode not in ("while", "call", "conditional"):
        return 0
    return max((_peak(program, called) for called in row.calls), default=0)


def _spans(program: Program, rows: Sequence[Instruction]) -> Iterator[tuple[int, int, int]]:
    """(first, last, bytes) of each result that is held, by position in the computation."""
    of: dict[str, frozenset[int]] = {}  # what a result is computed of, number by number
    last = list(range(len(rows)))
    for number, row in enumerate(rows):
        needed = frozenset().union(*(of.get(name, frozenset()) for name in row.operands))
        is_end = row.opcode in _HELD or number == len(rows) - 1
        if is_end:
            for made in needed:
                last[made] = number
        of[row.name] = frozenset([number]) if row.opcode in _HELD else needed
    for number, row in enumerate(rows):
        if row.opcode in _HELD:
            yield number, last[number], _held_bytes(program, row)


def _held_bytes(program: Program, row: Instruction) -> int:
    if row.opcode != "while":
        return sum(row.sizes)
    bodies = [program.computations[name] for name in row.calls]
    unchanged = max((_unchanged(body) for body in bodies), key=len, default=set())
    return sum(size for part, size in enumerate(row.sizes) if part not in unchanged)


def _unchanged(body: Sequence[Instruction]) -> set[int]:
    """The parts of a loop's tuple that its body gives back as they came."""
    by_name = {row.name: row for row in body}
    root = body[-1]
    if root.opcode != "tuple":
        return set()
    origins = [_origin(by_name, name) for name in root.operands]
    return {part for part, origin in enumerate(origins) if origin.index == part}


def _origin(by_name: dict[str, Instruction], name: str) -> Instruction:
    """What a result is, without the reshapes that change nothing."""
    row = by_name[name]
    while row.opcode in ("reshape", "copy", "bitcast"):
        row = by_name[row.operands[0]]
    return row
