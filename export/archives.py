"""SavedModels as hub servers send them: a .tar.gz with the model's files at its root."""

import gzip
import tarfile
from pathlib import Path

COMPRESSION = 1  # weights hardly compress: more effort gains a percent and costs minutes


def write_archive(model: str, path: str) -> None:
    """Packs a local SavedModel folder; equal models give equal archives."""
    with (
        open(path, "wb") as file,
        gzip.GzipFile("", "wb", COMPRESSION, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for file in sorted(Path(model).rglob("*")):
            archive.add(file, str(file.relative_to(model)), recursive=False, filter=_anonymous)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nothing of the machine and the time it was packed."""
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return member
