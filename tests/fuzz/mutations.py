"""Random mutations of plain values, plausible and implausible, with a seed."""

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

Path = tuple[Any, ...]

VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 3, -(10**6), 2**31, 2**63, 10**30, -(10**30), 0.5, -0.5, 1e-300,
    1e300, float("nan"), float("inf"), float("-inf"), "", " ", "no", "1", "-1", "1e9", "a\0b",
    "\x1b[2Jred", "ጤና", "\U0001f9ff\u202e", "\ud800", "x" * 300, "x/" * 3000, "y" * 100_000, "/",
    ".", "..", "~", "*", "[", "${output}", "${stages.none}", "${", "gs://bucket/a", "ftp://host/a",
    "file:///", "package:os/x", "a::b", [], [[]], [[[[1]]]], [None], ["a", 1], {}, {"a": {}},
    {"kind": "none"}, {1: 2}, {None: None},
]  # fmt: skip


def places(values: Any, path: Path = ()) -> Iterator[Path]:
    """All places below the top of nested mappings and lists."""
    if isinstance(values, dict):
        items = list(values.items())
    elif isinstance(values, list):
        items = list(enumerate(values))
    else:
        return
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


def mutate(values: Any, rng: random.Random) -> tuple[Any, str]:
    """A changed copy of `values`, and what was changed, in words."""
    values = copy.deepcopy(values)
    path = rng.choice(list(places(values)))
    parent = values
    for key in path[:-1]:
        parent = parent[key]
    name = rng.choice(list(_CHANGES))
    said = _CHANGES[name](parent, path[-1], rng)
    return values, f"{'.'.join(map(str, path))}: {name} {said!r:.60}"


def _replace(parent: Any, key: Any, rng: random.Random) -> Any:
    parent[key] = copy.deepcopy(rng.choice(VALUES))
    return parent[key]


def _remove(parent: Any, key: Any, rng: random.Random) -> Any:
    return parent.pop(key)


def _rename(parent: Any, key: Any, rng: random.Random) -> Any:
    if not isinstance(parent, dict):
        return _replace(parent, key, rng)
    text = str(key)
    at = rng.randrange(len(text) + 1)
    new = rng.choice([text[:at] + text[at + 1 :], text[:at] + "x" + text[at:], text.upper(), "", 7])
    parent[new] = parent.pop(key)
    return new


def _repeat(parent: Any, key: Any, rng: random.Random) -> Any:
    if isinstance(parent, list):
        parent.insert(key, copy.deepcopy(parent[key]))
    else:
        parent[f"{key}_"] = copy.deepcopy(parent[key])
    return key


def _nest(parent: Any, key: Any, rng: random.Random) -> Any:
    parent[key] = rng.choice([[parent[key]], {"kind": parent[key]}, [[parent[key]] * 3]])
    return parent[key]


def _to_text(parent: Any, key: Any, rng: random.Random) -> Any:
    parent[key] = str(parent[key])
    return parent[key]


def _scale(parent: Any, key: Any, rng: random.Random) -> Any:
    if isinstance(parent[key], bool) or not isinstance(parent[key], int | float):
        return _replace(parent, key, rng)
    parent[key] *= rng.choice([-1, 0, 0.5, 1.5, 10, 1000, 10**12])
    return parent[key]


def _swap(parent: Any, key: Any, rng: random.Random) -> Any:
    other = rng.choice(list(parent) if isinstance(parent, dict) else range(len(parent)))
    parent[key], parent[other] = parent[other], parent[key]
    return other


_CHANGES: dict[str, Callable[[Any, Any, random.Random], Any]] = {
    "replaced by": _replace,
    "again replaced by": _replace,
    "removed": _remove,
    "renamed to": _rename,
    "repeated": _repeat,
    "nested": _nest,
    "as text": _to_text,
    "scaled to": _scale,
    "swapped with": _swap,
}


def mutate_text(text: str, rng: random.Random) -> tuple[str, str]:
    """A changed copy of a text, and what was changed, in words."""
    lines = text.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    kind = rng.choice(["line doubled", "line cut", "indented", "character", "cut", "tab", "bytes"])
    if kind == "line doubled":
        lines.insert(at, lines[at])
    elif kind == "line cut":
        del lines[at]
    elif kind == "indented":
        lines[at] = " " * rng.randrange(1, 5) + lines[at]
    elif kind == "tab":
        lines[at] = "\t" + lines[at]
    elif kind == "character":
        line = lines[at]
        place = rng.randrange(len(line))
        lines[at] = line[:place] + rng.choice("{}[]:,&*!|>'\"%@`#-?\0\x07\ufeff") + line[place:]
    elif kind == "cut":
        del lines[at + 1 :]
        lines[at] = lines[at][: rng.randrange(len(lines[at]))]
    else:
        lines[at] = "".join(map(chr, rng.sample(range(1, 0xD800), 20))) + "\n"
    return "".join(lines), f"line {at + 1}: {kind}"
