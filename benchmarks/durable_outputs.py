"""What syncing and hashing cost: the same corpus run with and without them.

    python -m benchmarks.durable_outputs

`build_monolingual` reads generated text of 200 MB and writes records, in turn as it is and with
`fsync` and SHA-256 left out, after a short run that warms up. Prints the medians, their ratio (at
most 1.03 is the aim), and the share of the run's time that is spent in `fsync` and in hashing,
which a busy machine disturbs less than the ratio. One process.
"""

import argparse
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

from beam_pipelines import build_monolingual
from benchmarks.compare import machine
from tfmling.core import manifest
from tfmling.records import tfrecord

SYLLABLES = [a + b for a in "bdfghjklmnprstvwyz" for b in "aeiou"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=float, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--folder", help="on the disk that is measured; a temporary one unless given"
    )
    options = parser.parse_args()
    print(machine(1))
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        write_text(folder / "warm.txt", 1e6)
        write_text(folder / "text.txt", options.megabytes * 1e6)
        run(folder, "warm.txt")
        seconds: dict[str, list[tuple[float, float]]] = {"with": [], "without": []}
        shares = []
        for _ in range(options.rounds):
            with spent_in_sync_and_hash() as spent:
                seconds["with"].append(timed(lambda: run(folder, "text.txt")))
            shares.append(spent() / seconds["with"][-1][0])
            with neither():
                seconds["without"].append(timed(lambda: run(folder, "text.txt")))
    wall, cpu = ({kind: statistics.median(s[n] for s in seconds[kind]) for kind in seconds}
                 for n in (0, 1))  # fmt: skip
    print(f"build_monolingual of {options.megabytes:.0f} MB, median of {options.rounds} rounds")
    for kind in seconds:
        print(f"{kind:8} fsync and SHA-256: {wall[kind]:7.1f} s, {cpu[kind]:7.1f} s of CPU")
    print(
        f"ratio: {wall['with'] / wall['without']:.3f} ({cpu['with'] / cpu['without']:.3f} by CPU)"
    )
    print(f"share of the time in fsync and SHA-256: {statistics.median(shares):.2%}")


def write_text(path: Path, size: float) -> None:
    """Writes lines of different invented words."""
    draw = random.Random(1)
    words = ["".join(draw.choices(SYLLABLES, k=draw.randint(1, 4))) for _ in range(50_000)]
    with open(path, "w", encoding="utf-8") as file:
        while file.tell() < size:
            lines = (" ".join(draw.choices(words, k=draw.randint(8, 24))) for _ in range(1000))
            file.writelines(f"{line.capitalize()}.\n" for line in lines)


def run(folder: Path, name: str) -> None:
    """Builds records of a text, and removes them."""
    config = folder / "config.yaml"
    corpus = f"{{format: plain_text, language: sw, path: {folder}/{name}}}"
    config.write_text(f"output: {folder}/out\ncorpora: [{corpus}]\n")
    build_monolingual.main(["--config", str(config)])
    shutil.rmtree(folder / "out")


def timed(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock and of CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


@contextlib.contextmanager
def spent_in_sync_and_hash() -> Iterator[Callable[[], float]]:
    """Gives a function that says how long calls of both took."""
    spent = [0.0]

    def counted(work: Callable[..., object]) -> Callable[..., object]:
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
            self.update = counted(self._digest.update)
            self.hexdigest = self._digest.hexdigest

    with (
        mock.patch.object(os, "fsync", counted(os.fsync)),
        mock.patch.object(manifest, "hash_file", counted(manifest.hash_file)),
        mock.patch.object(tfrecord, "hashlib", mock.Mock(sha256=Sha256)),
    ):
        yield lambda: spent[0]


@contextlib.contextmanager
def neither() -> Iterator[None]:
    """Leaves out what is measured."""

    class Nothing:
        def update(self, data: bytes) -> None:
            pass

        def hexdigest(self) -> str:
            return "0" * 64

    with (
        mock.patch.object(os, "fsync", return_value=None),
        mock.patch.object(manifest, "hash_file", return_value="0" * 64),
        mock.patch.object(tfrecord, "hashlib", mock.Mock(sha256=Nothing)),
    ):
        yield


if __name__ == "__main__":
    main()
