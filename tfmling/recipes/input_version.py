"""What an input holds: a hash of the contents of a file, a folder or all that a pattern names."""

import hashlib
from collections.abc import Iterator

from tfmling import files
from tfmling.storage import file_system

MISSING = "missing"
# about a run, not its result: no stage reads them from another's folder
_LEFT_OUT = frozenset({"config.yaml", "history.jsonl", "logs", "tensorboard", "__pycache__"})


def input_version(path: str) -> str:
    """SHA-256 of names and contents; `missing` where there is nothing.

    Args:
        path: a file, folder (all below it) or pattern, remote or inside a package.
    """
    try:
        roots = files.expand(path)
    except FileNotFoundError:
        roots = []
    if not roots:
        return MISSING
    digest = hashlib.sha256()
    for root in roots:
        for name, content in _contents(root):
            digest.update(f"{name}\n{content}\n".encode())
    return digest.hexdigest()


def _contents(root: str) -> Iterator[tuple[str, str]]:
    """(name from the root's own on, hash) of all files, sorted by name."""
    system, top = file_system(root)
    above = top.rstrip("/").rpartition("/")[0]
    for file in sorted(system.find(top)):
        inside = file.removeprefix(top).split("/")
        if not _LEFT_OUT.intersection(inside):
            with system.open(file, "rb") as opened:
                yield file.removeprefix(above), hashlib.file_digest(opened, "sha256").hexdigest()
