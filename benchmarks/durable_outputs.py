"""The cost of durable outputs: the same run with and without fsync and SHA-256.

    python -m benchmarks.durable_outputs

`build_monolingual` reads 200 MB of generated text and writes records, alternately with and without
`fsync` and hashing, after a short warm-up. Prints the medians, their ratio, and the share of the
time spent in `fsync` and hashing, which a busy machine disturbs less than the ratio. One process.
"""

import contextlib
import hashlib
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

from benchmarks.harness import (
    Seconds,
    describe_machine,
    median,
    parser,
    time_run,
)
from tfmling.cli import main as tfmling
from tfmling.core import manifest
from tfmling.records import tfrecord

SYLLABLES = [a + b for a in "bdfghjklmnprstvwyz" for b in "aeiou"]


def main() -> None:
    built = parser(__doc__, megabytes=200.0, rounds=3)
    built.add_argument("--folder", help="on the disk to measure; a temporary one by default")
    options = built.parse_args()
    print(describe_machine(1))
    times: dict[str, list[Seconds]] = {"with": [], "without": []}
    shares = []
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        write_text(folder / "warm.txt", 1e6)
        write_text(folder / "text.txt", options.megabytes * 1e6)
        run(folder, "warm.txt")
        for _ in range(options.rounds):
            with time_sync_and_hash() as spent:
                times["with"].append(time_run(lambda: run(folder, "text.txt")))
            shares.append(spent() / times["with"][-1].wall)
            with without_sync_and_hash():
                times["without"].append(time_run(lambda: run(folder, "text.txt")))
    durable, plain = median(times["with"]), median(times["without"])
    print(f"build_monolingual of {options.megabytes:.0f} MB, median of {options.rounds} rounds")
    print(f"with fsync and SHA-256:    {durable.wall:7.1f} s, {durable.cpu:7.1f} s of CPU")
    print(f"without fsync and SHA-256: {plain.wall:7.1f} s, {plain.cpu:7.1f} s of CPU")
    print(f"ratio: {durable.wall / plain.wall:.3f} ({durable.cpu / plain.cpu:.3f} by CPU)")
    print(f"share of the time in fsync and SHA-256: {statistics.median(shares):.2%}")


def write_text(path: Path, size: float) -> None:
    """Write lines of invented words."""
    draw = random.Random(1)
    words = ["".join(draw.choices(SYLLABLES, k=draw.randint(1, 4))) for _ in range(50_000)]
    with open(path, "w", encoding="utf-8") as file:
        while file.tell() < size:
            lines = (" ".join(draw.choices(words, k=draw.randint(8, 24))) for _ in range(1000))
            file.writelines(f"{line.capitalize()}.\n" for line in lines)


def run(folder: Path, name: str) -> None:
    """Build records of a text, and remove them."""
    config = folder / "config.yaml"
    corpus = f"{{format: plain_text, language: sw, path: {folder}/{name}}}"
    config.write_text(f"output: {folder}/out\ncorpora: [{corpus}]\n")
    tfmling.main(["build_monolingual", "--config", str(config)])
    shutil.rmtree(folder / "out")


@contextlib.contextmanager
def time_sync_and_hash() -> Iterator[Callable[[], float]]:
    """Yield a function that returns the seconds spent in fsync and hashing so far."""
    spent = [0.0]

    def timed(work: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object) -> object:
            began = time.perf_counter()
            try:
                return work(*arguments)
            finally:
                spent[0] += time.perf_counter() - began

        return call

    class Sha256:
        def __init__(self) -> None:
            self._digest = hashlib.sha256()
            self.update = timed(self._digest.update)
            self.hexdigest = self._digest.hexdigest

    with (
        mock.patch.object(os, "fsync", timed(os.fsync)),
        mock.patch.object(manifest, "hash_file", timed(manifest.hash_file)),
        mock.patch.object(tfrecord, "hashlib", mock.Mock(sha256=Sha256)),
    ):
        yield lambda: spent[0]


@contextlib.contextmanager
def without_sync_and_hash() -> Iterator[None]:
    """Skip fsync and hashing."""

    class NoHash:
        def update(self, data: bytes) -> None:
            pass

        def hexdigest(self) -> str:
            return "0" * 64

    with (
        mock.patch.object(os, "fsync", return_value=None),
        mock.patch.object(manifest, "hash_file", return_value="0" * 64),
        mock.patch.object(tfrecord, "hashlib", mock.Mock(sha256=NoHash)),
    ):
        yield


if __name__ == "__main__":
    main()
