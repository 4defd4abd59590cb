"""Random damage to the files of a folder, with a seed."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.fuzz.mutations import VALUES, places


def damage(folder: Path, rng: random.Random) -> str:
    """Damages one file below a folder; returns what was done, in words."""
    path = rng.choice(sorted(each for each in folder.rglob("*") if each.is_file()))
    changes = list(_CHANGES)
    if path.suffix == ".json":
        changes += [_json_key, _json_key, _json_value, _json_value]
    change = rng.choice(changes)
    before = path.read_bytes()
    said = change(path, before, rng)
    return f"{path.relative_to(folder)}: {change.__name__.strip('_')} {said}"


def _flip(path: Path, data: bytes, rng: random.Random) -> str:
    if not data:
        return _remove(path, data, rng)
    changed = bytearray(data)
    places = [rng.randrange(len(data)) for _ in range(rng.choice([1, 1, 8]))]
    for place in places:
        changed[place] ^= rng.randrange(1, 256)
    path.write_bytes(changed)
    return f"{places}"


def _truncate(path: Path, data: bytes, rng: random.Random) -> str:
    length = rng.randrange(len(data)) if data else 0
    path.write_bytes(data[:length])
    return f"to {length} of {len(data)}"


def _zero(path: Path, data: bytes, rng: random.Random) -> str:
    start = rng.randrange(len(data)) if data else 0
    length = min(len(data) - start, rng.choice([1, 64, 4096]))
    path.write_bytes(data[:start] + bytes(length) + data[start + length :])
    return f"{length} from {start}"


def _empty(path: Path, data: bytes, rng: random.Random) -> str:
    path.write_bytes(b"")
    return f"of {len(data)}"


def _remove(path: Path, data: bytes, rng: random.Random) -> str:
    path.unlink()
    return ""


def _append(path: Path, data: bytes, rng: random.Random) -> str:
    path.write_bytes(data + rng.randbytes(40))
    return ""


def _replace_by_folder(path: Path, data: bytes, rng: random.Random) -> str:
    path.unlink()
    path.mkdir()
    return ""


def _json_key(path: Path, data: bytes, rng: random.Random) -> str:
    return _change_json(path, rng, lambda parent, key: parent.pop(key))


def _json_value(path: Path, data: bytes, rng: random.Random) -> str:
    value = rng.choice([each for each in VALUES if not _is_no_json(each)])

    def replace(parent: Any, key: Any) -> None:
        parent[key] = value

    return f"{_change_json(path, rng, replace)} to {value!r:.40}"


def _is_no_json(value: Any) -> bool:
    return isinstance(value, dict) and any(not isinstance(key, str) for key in value)


def _change_json(path: Path, rng: random.Random, change: Callable[[Any, Any], Any]) -> str:
    values = json.loads(path.read_text(encoding="utf-8"))
    known = list(places(values))
    if not known:
        return _flip(path, path.read_bytes(), rng)
    where = rng.choice(known)
    parent = values
    for key in where[:-1]:
        parent = parent[key]
    change(parent, where[-1])
    path.write_text(json.dumps(values), encoding="utf-8")
    return ".".join(map(str, where))


_CHANGES = (_flip, _flip, _flip, _truncate, _zero, _empty, _remove, _append, _replace_by_folder)
