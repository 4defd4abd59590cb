"""What gradient caching costs and saves: one dual-encoder step, plain and cached, same batch.

    python -m benchmarks.gradient_cache --batch-size 1024 --chunk 64

Each contender trains in a process of its own, which says its peak memory; then the next one does.
The first line is the plain step, the second the cached one at the same batch, the third the plain
step of a batch that is as small as a chunk. A forward pass more than one of each should cost 4/3.
"""

import argparse
import json
import resource
import subprocess
import sys
import time

from benchmarks import threads
from benchmarks.compare import machine


def main() -> None:
    options = _options()
    if options.worker:
        print(json.dumps(_measure(options)))
        return
    plain = _run(options, options.batch_size, 0)
    cached = _run(options, options.batch_size, options.chunk)
    small = _run(options, options.chunk, 0)
    print(machine(options.threads))
    print(_line(f"{options.batch_size} pairs, plain", plain, plain))
    print(_line(f"{options.batch_size} pairs, cached by {options.chunk}", cached, plain))
    print(_line(f"{options.chunk} pairs, plain", small, plain))


def _line(name: str, own: dict[str, float], plain: dict[str, float]) -> str:
    return (
        f"{name:32} {own['wall']:8.2f} s/step  {own['cpu']:8.2f} CPU s  "
        f"{own['cpu'] / plain['cpu']:6.2f}x  peak {own['peak'] / 1024:8,.0f} MiB "
        f"({(own['peak'] - own['before']) / 1024:,.0f} above the start)"
    )


def _run(options: argparse.Namespace, batch_size: int, chunk: int) -> dict[str, float]:
    """One contender in a process of its own; its peak memory is its own."""
    values = vars(options) | {"batch_size": batch_size, "chunk": chunk}
    values.pop("worker")
    arguments = [f"--{key.replace('_', '-')}={value}" for key, value in values.items()]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.gradient_cache", "--worker", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def _measure(options: argparse.Namespace) -> dict[str, float]:
    threads.limit(options.threads)
    from benchmarks.dual_encoder_step import DualEncoder, random_pairs
    from benchmarks.networks import Shape

    shape = Shape(
        options.vocabulary_size, options.length, options.batch_size, num_layers=options.layers
    )
    ours = DualEncoder(shape)
    ours.objective.gradient_cache_batch_size = options.chunk or None
    step = ours.steps(random_pairs(shape), 1, options.jit)
    before = _peak()
    step()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(options.steps):
        step()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "wall": wall / options.steps,
        "cpu": cpu / options.steps,
        "before": before,
        "peak": _peak(),
    }


def _peak() -> float:
    """The largest resident memory so far, KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vocabulary-size", type=int, default=30_522)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--length", type=int, default=32)
    parser.add_argument("--batch-size", type=int, default=1024)
    parser.add_argument("--chunk", type=int, default=64)
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--jit", type=int, default=0, help="1 compiles the step with XLA")
    parser.add_argument("--worker", action="store_true", help="measure this one, print JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
