"""Search for neighbours beside the machine's matrix product and FAISS.

    python -m benchmarks.mining exact          # beside numpy's product and faiss.IndexFlatIP
    python -m benchmarks.mining approximate    # IVF and HNSW beside exact: speed-up and recall@4
    python -m benchmarks.mining memory         # peak memory of exact search over 1x and 10x files

All run on one thread, as a worker does (`--threads`), on vectors that lie as sentences do: see
`clustered`. Exact search is compared by speed; the rate of a product is that of `numpy.matmul` on
blocks of the same size, in the same run. `approximate` needs about 6 GB.
"""

import argparse
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

import numpy as np
import threadpoolctl

from benchmarks import compare

K = 4


def main() -> None:
    options = _options()
    print(compare.machine(options.threads))
    measured = {
        "exact": exact,
        "approximate": approximate,
        "memory": memory,
        "search-files": search_files,
    }
    with threadpoolctl.threadpool_limits(options.threads):
        measured[options.what](options)


def clustered(count: int, width: int, seed: int, topics: int = 20_000) -> np.ndarray:
    """Vectors on the grid, drawn as sentences lie: many small heaps of different density.

    A vector is its topic's direction and noise of its own; topics themselves lie around 200 fields.
    Topics are of unequal size (by Zipf), and the noise falls off over the components, as in real
    embeddings, of which a few dozen carry most.
    """
    from tfmling.mining.grid import to_grid

    random = np.random.default_rng(7)
    spread_D = (1 + np.arange(width)) ** -0.4
    fields = random.normal(size=(200, width)) * spread_D
    centres = (
        fields[random.integers(200, size=topics)] + random.normal(size=(topics, width)) * spread_D
    )
    share = 1 / (10 + np.arange(topics))
    own = np.random.default_rng(seed)
    chosen = own.choice(topics, size=count, p=share / share.sum())
    out = np.empty((count, width), np.int16)
    for start in range(0, count, 1 << 14):
        part = slice(start, min(start + (1 << 14), count))
        size = part.stop - part.start
        noise = own.normal(size=(size, width)).astype(np.float32) * spread_D
        out[part] = to_grid(centres[chosen[part]] + 0.7 * noise)
    return out


def exact(options: argparse.Namespace) -> None:
    """Our two searches, numpy's product of the same blocks, and FAISS."""
    import faiss

    from tfmling.mining.neighbours import BLOCK, nearest_neighbours, neighbours_both_ways

    faiss.omp_set_num_threads(options.threads)
    source = clustered(options.queries, options.width, 1).astype(np.float32)
    target = clustered(options.candidates, options.width, 2).astype(np.float32)
    flat = faiss.IndexFlatIP(options.width)
    flat.add(target)

    def product() -> None:
        for start in range(0, len(source), BLOCK):
            for other in range(0, len(target), 2 * BLOCK):
                np.matmul(source[start : start + BLOCK], target[other : other + 2 * BLOCK].T)

    contenders = {
        "tfmling, one direction": lambda: nearest_neighbours(source, target, K),
        "tfmling, both directions": lambda: neighbours_both_ways(source, target, K),
        "numpy.matmul alone": product,
        "faiss.IndexFlatIP, one direction": lambda: flat.search(source, K),
    }
    measured = compare.measure(contenders, options.rounds)
    amount = 2e-9 * len(source) * len(target) * options.width
    print(f"{len(source):,} x {len(target):,} vectors of {options.width}, k = {K}")
    print(compare.report(measured, amount, "GFLOP"))
    rate = measured["numpy.matmul alone"].cpu
    one = measured["tfmling, one direction"].cpu
    both = measured["tfmling, both directions"].cpu
    print(f"share of the product's rate: one direction {rate / one:.2f}, both {rate / both:.2f}")
    print(f"both directions in {both / (2 * one):.2f} of the time of two searches")


def approximate(options: argparse.Namespace) -> None:
    """IVF and HNSW over all candidates, by CPU time a query; building is counted apart."""
    from tfmling.mining.approximate import Hnsw, Ivf
    from tfmling.mining.neighbours import nearest_neighbours

    target = clustered(options.candidates, options.width, 2)
    source = clustered(options.queries, options.width, 1)
    block = source[: min(len(source), 1024)]
    started = time.process_time()
    expected = nearest_neighbours(block, target, K)
    each = (time.process_time() - started) / len(block)
    print(f"{len(target):,} candidates of {options.width}; exact: {1e3 * each:.3f} ms a query")
    indexes = [
        Ivf(kind="ivf", threads=options.threads, probes=probes, lists=options.lists)
        for probes in (2, 4, 8, 16, 32, 64)
    ]
    built, seconds = _build(indexes[0], target)
    for index in indexes:
        built.nprobe = index.probes
        _approximate_row(f"ivf, {index.probes} probes", index, built, block, expected, each)
    print(f"ivf built in {seconds:.0f} s of CPU: {seconds / len(target) * 1e3:.3f} ms a candidate")
    if options.hnsw:
        widths = [Hnsw(kind="hnsw", threads=options.threads, search_width=w) for w in (32, 64, 128)]
        built, seconds = _build(widths[0], target)
        for index in widths:
            built.hnsw.efSearch = index.search_width
            name = f"hnsw, search_width {index.search_width}"
            _approximate_row(name, index, built, block, expected, each)
        print(f"hnsw built in {seconds:.0f} s of CPU")


def _build(index, target):
    started = time.process_time()
    return index.build(target), time.process_time() - started


def _approximate_row(name, index, built, queries, expected, exact_each) -> None:
    started = time.process_time()
    found = index.search(built, queries, K)
    each = (time.process_time() - started) / len(queries)
    both = zip(found.index.tolist(), expected.index.tolist(), strict=True)
    recall = np.mean([len(set(a) & set(b)) / K for a, b in both])
    print(
        f"{name:24} {1e3 * each:8.3f} ms a query  {exact_each / each:6.1f}x  recall@4 {recall:.3f}"
    )


def memory(options: argparse.Namespace) -> None:
    """Peak memory of a process that searches files of one size, and of ten times that size."""
    with tempfile.TemporaryDirectory() as folder:
        for times in (1, 10):
            count = times * options.candidates
            path = Path(folder, f"{times}.npy")
            np.save(path, clustered(count, options.width, 2))
            command = [
                sys.executable, "-m", "benchmarks.mining", "search-files",
                "--files", str(path), "--queries", str(options.queries),
            ]  # fmt: skip
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            print(f"{count:9,} candidates: {done.stdout.splitlines()[-1]}")


def search_files(options: argparse.Namespace) -> None:
    """What `memory` measures: all that is allocated; pages of a mapped file can be dropped."""
    from tfmling.mining.neighbours import neighbours_both_ways

    target = np.load(options.files, mmap_mode="r")
    source = clustered(options.queries, target.shape[1], 1)
    tracemalloc.start()
    forward, backward = neighbours_both_ways(source, target, K)
    kept = sum(found.index.nbytes + found.similarity.nbytes for found in (forward, backward))
    peak = tracemalloc.get_traced_memory()[1]
    print(
        f"file {target.nbytes / 2**20:.0f} MiB; allocated at most {peak / 2**20:.1f} MiB, of which "
        f"the neighbours that are the result {kept / 2**20:.1f} MiB"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["exact", "approximate", "memory", "search-files"])
    parser.add_argument("--queries", type=int, default=4096)
    parser.add_argument("--candidates", type=int, default=100_000)
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lists", type=int, help="of IVF; 4 times the root of the candidates")
    parser.add_argument("--hnsw", action="store_true", help="build the graph too: slow")
    parser.add_argument("--files", help="of search-files")
    return parser.parse_args()


if __name__ == "__main__":
    main()
