"""Time and memory of gradient caching: one dual-encoder step, plain and cached.

    python -m benchmarks.gradient_cache --batch-size 1024 --mini-batch-size 64

Each contender trains in its own process, so that its peak memory is its own, one after the other:
the plain step, the cached step on the same batch, and the plain step on a batch of the mini-batch's
size. The second forward pass should make the cached step cost 4/3 of the plain one.
"""

import argparse
import json
import subprocess
import sys

from benchmarks.harness import (
    describe_machine,
    limit_threads,
    parser,
    peak_memory_mib,
    time_run,
)


def main() -> None:
    options = _options()
    if options.worker:
        print(json.dumps(_measure(options)))
        return
    plain = _run(options, options.batch_size, 0)
    cached = _run(options, options.batch_size, options.mini_batch_size)
    small = _run(options, options.mini_batch_size, 0)
    print(describe_machine(options.threads))
    print(_line(f"{options.batch_size} pairs, plain", plain, plain))
    print(_line(f"{options.batch_size} pairs, cached by {options.mini_batch_size}", cached, plain))
    print(_line(f"{options.mini_batch_size} pairs, plain", small, plain))


def _line(name: str, own: dict[str, float], plain: dict[str, float]) -> str:
    return (
        f"{name:32} {own['wall']:8.2f} s/step  {own['cpu']:8.2f} CPU s  "
        f"{own['cpu'] / plain['cpu']:6.2f}x  peak {own['peak']:8,.0f} MiB "
        f"({own['peak'] - own['before']:,.0f} above the start)"
    )


def _run(options: argparse.Namespace, batch_size: int, mini_batch_size: int) -> dict[str, float]:
    values = vars(options) | {"batch_size": batch_size, "mini_batch_size": mini_batch_size}
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
    limit_threads(options.threads)
    from benchmarks.dual_encoder_step import DualEncoder, random_pairs
    from benchmarks.networks import Shape

    shape = Shape(
        options.vocabulary_size, options.length, options.batch_size, num_layers=options.layers
    )
    ours = DualEncoder(shape)
    ours.objective.gradient_cache_batch_size = options.mini_batch_size or None
    step = ours.steps(random_pairs(shape), 1, options.jit)
    before = peak_memory_mib()
    step()
    taken = time_run(lambda: [step() for _ in range(options.steps)])
    return {
        "wall": taken.wall / options.steps,
        "cpu": taken.cpu / options.steps,
        "before": before,
        "peak": peak_memory_mib(),
    }


def _options() -> argparse.Namespace:
    built = parser(
        __doc__, vocabulary_size=30_522, layers=6, length=32, batch_size=1024, mini_batch_size=64,
        steps=1, threads=2,
    )  # fmt: skip
    built.add_argument("--jit", type=int, default=0, help="1 compiles the step with XLA")
    built.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return built.parse_args()


if __name__ == "__main__":
    main()
