"""The shards of a records folder: `<folder>/<kind>/<key>-00000-of-00004.tfrecord`.

The key is a language (`sw`) or, for sentence pairs, two (`en-sw`).
"""

import collections
import re
from typing import Literal

from tfmling.core import files, manifest
from tfmling.core.errors import InputError

Kind = Literal["sentences", "segment_pairs", "sentence_pairs", "hard_negatives", "aligned_pairs"]

_SHARD = re.compile(r"(?P<key>[A-Za-z0-9-]+)-(?P<index>\d{5})-of-(?P<count>\d{5})\.tfrecord")


class RecordsError(InputError, ValueError):
    """A records folder lacks shards.

    Example:
        >>> manifest.write_manifest("data", command="build_monolingual")
        >>> shards("data", "sentences")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.records.folder.RecordsError: data: no sentences; expected ...
    """


def shard_path(folder: str, kind: Kind, key: str, index: int, count: int) -> str:
    """Return the path of a shard.

    Example:
        >>> shard_path("data", "sentences", "sw", 0, 4)
        'data/sentences/sw-00000-of-00004.tfrecord'
    """
    return files.join(folder, kind, f"{key}-{index:05d}-of-{count:05d}.tfrecord")


def pair_key(source_language: str, target_language: str) -> str:
    """Return the key of sentence pairs: en-sw.

    Example:
        >>> pair_key("en", "sw")
        'en-sw'
    """
    return f"{source_language}-{target_language}"


def shards(folder: str, kind: Kind) -> dict[str, list[str]]:
    """Return the shards of one kind in a completed records folder.

    Returns:
        key -> paths in the order of shards; keys are sorted.

    Raises:
        manifest.IncompleteError: the folder is not complete.
        manifest.DamagedError: a shard is missing, has another size, or was added later.
        RecordsError: there are no shards of this kind, or some are missing.

    Example:
        >>> files.write_bytes(shard_path("data", "sentences", "sw", 0, 1), b"")
        >>> manifest.write_manifest("data", command="build_monolingual")
        >>> shards("data", "sentences")
        {'sw': ['data/sentences/sw-00000-of-00001.tfrecord']}
    """
    written = manifest.require_complete(folder)
    numbered = _numbered_shards(folder, kind)
    manifest.require_listed(
        folder, (p for each in numbered.values() for p in each.values()), written
    )
    if not numbered:
        raise RecordsError(f"{folder}: no {kind}; expected {kind}/*.tfrecord in it")
    for (key, count), found in numbered.items():
        missing = sorted(set(range(count)) - set(found))
        if missing:
            raise RecordsError(f"{folder}: {kind} of {key} lack shards {missing} of {count}")
    if len({key for key, _ in numbered}) < len(numbered):
        raise RecordsError(
            f"{folder}: {kind} of one key with two numbers of shards: {list(numbered)}"
        )
    return {key: [found[index] for index in sorted(found)] for (key, _), found in numbered.items()}


def _numbered_shards(folder: str, kind: Kind) -> dict[tuple[str, int], dict[int, str]]:
    numbered: dict[tuple[str, int], dict[int, str]] = collections.defaultdict(dict)
    for path in files.find(files.join(folder, kind), ".tfrecord"):
        match = _SHARD.fullmatch(path.rpartition("/")[2])
        if not match:
            raise RecordsError(f"{path}: expected a name like sw-00000-of-00004.tfrecord")
        numbered[match["key"], int(match["count"])][int(match["index"])] = path
    return dict(sorted(numbered.items()))
