"""Nearest-neighbor search, compared with the machine's matrix product and FAISS.

    python -m benchmarks.mining exact          # and numpy's product and faiss.IndexFlatIP
    python -m benchmarks.mining approximate    # speed-up and recall@4 of IVF and HNSW over exact
    python -m benchmarks.mining memory         # peak memory of exact search over 1x and 10x files

All run on one thread, as a worker does (`--threads`), on vectors distributed like sentences (see
`clustered`). The rate of a product is that of `numpy.matmul` on blocks of the same size in the same
run. `approximate` needs about 6 GB.
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

from benchmarks.harness import (
    describe_machine,
    measure,
    parser,
    print_speeds,
)

K = 4


def main() -> None:
    options = _options()
    print(describe_machine(options.threads))
    with threadpoolctl.threadpool_limits(options.threads):
        BENCHMARKS[options.benchmark](options)


def clustered(count: int, width: int, seed: int, topics: int = 20_000) -> np.ndarray:
    """Return grid vectors distributed like sentences: many small clusters of different density.

    A vector is the direction of its topic plus noise; topics surround 200 fields. Topic sizes
    follow Zipf's law, and the spread falls over the components, as in real embeddings, where a few
    dozen carry most.
    """
    from tfmling.mining.quantization import quantize

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
        out[part] = quantize(centres[chosen[part]] + 0.7 * noise)
    return out


def exact(options: argparse.Namespace) -> None:
    """Compare our two searches, numpy's product of the same blocks, and FAISS."""
    import faiss

    from tfmling.mining.neighbors import BLOCK, nearest_neighbors, neighbors_both_ways

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
        "tfmling, one direction": lambda: nearest_neighbors(source, target, K),
        "tfmling, both directions": lambda: neighbors_both_ways(source, target, K),
        "numpy.matmul alone": product,
        "faiss.IndexFlatIP, one direction": lambda: flat.search(source, K),
    }
    measured = measure(contenders, options.rounds)
    amount = 2e-9 * len(source) * len(target) * options.width
    print(f"{len(source):,} x {len(target):,} vectors of {options.width}, k = {K}")
    print_speeds(measured, amount, "GFLOP")
    rate = measured["numpy.matmul alone"].cpu
    one = measured["tfmling, one direction"].cpu
    both = measured["tfmling, both directions"].cpu
    print(f"share of the product's rate: one direction {rate / one:.2f}, both {rate / both:.2f}")
    print(f"both directions in {both / (2 * one):.2f} of the time of two searches")


def approximate(options: argparse.Namespace) -> None:
    """Compare IVF and HNSW with exact search by CPU time per query; building is separate."""
    from tfmling.mining.indexes import HnswIndex, IvfIndex
    from tfmling.mining.neighbors import nearest_neighbors

    target = clustered(options.candidates, options.width, 2)
    source = clustered(options.queries, options.width, 1)
    block = source[: min(len(source), 1024)]
    expected, seconds = _timed(lambda: nearest_neighbors(block, target, K))
    each = seconds / len(block)
    print(f"{len(target):,} candidates of {options.width}; exact: {1e3 * each:.3f} ms per query")
    indexes = [
        IvfIndex(kind="ivf", threads=options.threads, probes=probes, lists=options.lists)
        for probes in (2, 4, 8, 16, 32, 64)
    ]
    built, seconds = _timed(lambda: indexes[0].build(target))
    for index in indexes:
        built.nprobe = index.probes
        _approximate_row(f"ivf, {index.probes} probes", index, built, block, expected, each)
    print(
        f"ivf built in {seconds:.0f} s of CPU: {seconds / len(target) * 1e3:.3f} ms per candidate"
    )
    if options.hnsw:
        widths = [
            HnswIndex(kind="hnsw", threads=options.threads, search_width=w) for w in (32, 64, 128)
        ]
        built, seconds = _timed(lambda: widths[0].build(target))
        for index in widths:
            built.hnsw.efSearch = index.search_width
            name = f"hnsw, search_width {index.search_width}"
            _approximate_row(name, index, built, block, expected, each)
        print(f"hnsw built in {seconds:.0f} s of CPU")


def _timed(run):
    """Return a result and the CPU seconds that it took."""
    started = time.process_time()
    result = run()
    return result, time.process_time() - started


def _approximate_row(name, index, built, queries, expected, exact_each) -> None:
    found, seconds = _timed(lambda: index.search(built, queries, K))
    each = seconds / len(queries)
    both = zip(found.index.tolist(), expected.index.tolist(), strict=True)
    recall = np.mean([len(set(a) & set(b)) / K for a, b in both])
    speed = f"{1e3 * each:8.3f} ms per query  {exact_each / each:6.1f}x"
    print(f"{name:24} {speed}  recall@4 {recall:.3f}")


def memory(options: argparse.Namespace) -> None:
    """Print the peak memory of searching a file and one ten times as large."""
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
    """Print the allocated memory of a search over a mapped file, whose pages can be dropped."""
    from tfmling.mining.neighbors import neighbors_both_ways

    target = np.load(options.files, mmap_mode="r")
    source = clustered(options.queries, target.shape[1], 1)
    tracemalloc.start()
    forward, backward = neighbors_both_ways(source, target, K)
    kept = sum(found.index.nbytes + found.similarity.nbytes for found in (forward, backward))
    peak = tracemalloc.get_traced_memory()[1]
    print(
        f"file {target.nbytes / 2**20:.0f} MiB; peak of allocations {peak / 2**20:.1f} MiB, "
        f"{kept / 2**20:.1f} MiB of it the resulting neighbors"
    )


BENCHMARKS = {
    "exact": exact,
    "approximate": approximate,
    "memory": memory,
    "search-files": search_files,
}


def _options() -> argparse.Namespace:
    built = parser(__doc__, queries=4096, candidates=100_000, width=384, threads=1, rounds=3)
    built.add_argument("benchmark", choices=BENCHMARKS)
    built.add_argument("--lists", type=int, help="of IVF; 4 times the root of the candidates")
    built.add_argument("--hnsw", action="store_true", help="also HNSW, which is slow to build")
    built.add_argument("--files", help="of search-files")
    return built.parse_args()


if __name__ == "__main__":
    main()
