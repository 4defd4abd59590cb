"""Parse the text of an HLO program into computations and instructions.

Format: `%name = type opcode(type %operand, ...), attribute=..., body=%computation`.
"""

import dataclasses
import functools
import math
import re

_SIZES = {"pred": 1, "bf16": 2, "f16": 2}  # bytes; other names contain the number of bits
_ARRAY = re.compile(r"\b(pred|bf16|[fsuc]\d+)\[([\d,]*)\]")
_COMMENT = re.compile(r"/\*.*?\*/")
_HEAD = re.compile(r"^(ENTRY )?%([\w.-]+) \(.*\{$")
_LINE = re.compile(r"^\s+(ROOT )?%([\w.-]+) = (.*?) ([a-z][\w-]*)\((.*)$")
_NAME = re.compile(r"%([\w.-]+)")
_LOOP = re.compile(r"\b(?:condition|body|to_apply|calls)=%([\w.-]+)")
_INDEX = re.compile(r"\bindex=(\d+)")
_CONTRACTED = re.compile(r"lhs_contracting_dims=\{([\d,]*)\}")


@dataclasses.dataclass(frozen=True)
class Instruction:
    """One operation.

    Attributes:
        name: without %.
        opcode: `dot`, `add`, `while` and so on.
        result: type as text; parentheses around tuples.
        operands: names.
        calls: names of the computations that it runs.
        index: of a get-tuple-element, else None.
        flops: 2 x the multiplications of a matrix product, else 0.

    Example:
        >>> row = Instruction("add.1", "add", "f32[2,3]{1,0}", ("x.1", "y.1"), (), None, 0)
        >>> row.sizes  # six numbers of four bytes
        [24]
    """

    name: str
    opcode: str
    result: str
    operands: tuple[str, ...]
    calls: tuple[str, ...]
    index: int | None
    flops: int

    @functools.cached_property
    def sizes(self) -> list[int]:
        """Bytes of the result, or of each element of a tuple, without padding."""
        return [sum(_array_sizes(part)) for part in _elements(self.result)]


@dataclasses.dataclass(frozen=True)
class Program:
    """Instructions of each computation, in order; the last one is its root.

    Attributes:
        computations: by name.
        entry: name of the main computation.

    Example:
        >>> root = Instruction("x.1", "parameter", "f32[2]{0}", (), (), None, 0)
        >>> program = Program({"main": [root]}, entry="main")
        >>> program.computations[program.entry][-1].name
        'x.1'
    """

    computations: dict[str, list[Instruction]]
    entry: str


def parse(text: str) -> Program:
    """Parse a program.

    Example:
        >>> program = parse(r'''ENTRY %main.1 (x.1: f32[2]) -> f32[2] {
        ...   ROOT %x.1 = f32[2]{0} parameter(0)
        ... }''')
        >>> [(row.opcode, row.sizes) for row in program.computations[program.entry]]
        [('parameter', [8])]
    """
    computations: dict[str, list[Instruction]] = {}
    entry = current = ""
    for line in text.splitlines():
        if head := _HEAD.match(line):
            current = head[2]
            computations[current] = []
            entry = current if head[1] else entry
        elif match := _LINE.match(line):
            computations[current].append(_instruction(match))
    return Program(computations, entry)


def _instruction(match: re.Match[str]) -> Instruction:
    _, name, result, opcode, rest = match.groups()
    inside, attributes = _split_at_close(rest)
    found = _INDEX.search(attributes)
    return Instruction(
        name=name,
        opcode=opcode,
        result=result,
        operands=tuple(_NAME.findall(inside)),
        calls=tuple(_LOOP.findall(attributes)),
        index=int(found[1]) if found and opcode == "get-tuple-element" else None,
        flops=_flops(result, inside, attributes) if opcode == "dot" else 0,
    )


def _split_at_close(rest: str) -> tuple[str, str]:
    depth = 1
    for at, character in enumerate(rest):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if not depth:
            return rest[:at], rest[at:]
    return rest, ""


def _flops(result: str, operands: str, attributes: str) -> int:
    left = _ARRAY.search(operands)
    axes = _CONTRACTED.search(attributes)
    out = _ARRAY.search(result)
    if left is None or axes is None or out is None:
        return 0
    sizes = [int(size) for size in left[2].split(",") if size]
    contracted = math.prod(sizes[int(axis)] for axis in axes[1].split(",") if axis)
    return 2 * _count(out[2]) * contracted


def _elements(type_text: str) -> list[str]:
    """Element types of a tuple, with nested tuples as one element; an array is one element."""
    if not type_text.startswith("("):
        return [type_text]
    elements, depth = [""], 0
    for character in _COMMENT.sub("", type_text)[1:-1]:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
        if character == "," and not depth:
            elements.append("")
        else:
            elements[-1] += character
    return elements


def _array_sizes(type_text: str) -> list[int]:
    return [_bytes(kind) * _count(shape) for kind, shape in _ARRAY.findall(type_text)]


def _bytes(kind: str) -> int:
    return _SIZES.get(kind) or max(int(kind.lstrip("fsuc")) // 8, 1)


def _count(shape: str) -> int:
    return math.prod(int(size) for size in shape.split(",") if size)
