"""One step of masked-LM pretraining: ours, KerasHub, Model Garden and transformers.

    python -m benchmarks.pretraining --shape small
    python -m benchmarks.pretraining --shape small --dtypes float32 bfloat16 --compiled
    python -m benchmarks.pretraining --shape base --steps 1

All start from the same weights (checked: equal logits) and train on the same batch with dropout and
AdamW with global clipping; forward, backward and update by each library's own step. `--compiled`
adds XLA and torch.compile. KerasHub has no bfloat16 step, because its head fails there. The last
lines give the rate at which this machine multiplies matrices, and the share that our step reaches.
"""

import argparse
import gc
import importlib.util

from benchmarks.harness import (
    Run,
    Seconds,
    describe_machine,
    limit_threads,
    measure,
    median,
    parser,
    print_speeds,
    time_run,
)
from benchmarks.masked_lm import MaskedLM, random_batch
from benchmarks.masked_lm_peers import PEERS, Transformers, check_logits
from benchmarks.networks import Batch, Shape

SHAPES = {
    "small": Shape(30_522, 128, 32, 20, num_layers=4, hidden_dim=256, num_heads=4),
    # multilingual BERT and 30,000 more pieces
    "base": Shape(149_547, 64, 8, 10, num_layers=12, hidden_dim=768, num_heads=12),
}


def main() -> None:
    options = _options()
    limit_threads(options.threads)
    shape = SHAPES[options.shape]
    batch = random_batch(shape)
    contenders: dict[str, Run] = {}
    for dtype in options.dtypes:
        contenders |= _contenders(shape, batch, dtype, options)
    measured = measure(contenders, options.rounds)
    print(describe_machine(options.threads))
    print(f"{shape}; {options.steps} steps per run; median of {options.rounds}")
    print_speeds(measured, options.steps * shape.batch_size * shape.length, "tokens")
    for dtype in options.dtypes:
        print(_share_of_rate(shape, dtype, measured[_name("tfmling", dtype, None)], options.steps))


def _contenders(
    shape: Shape, batch: Batch, dtype: str, options: argparse.Namespace
) -> dict[str, Run]:
    ours = MaskedLM(shape, dtype)
    found: dict[str, Run] = {}
    kinds = [kind for kind in PEERS if kind.name in options.peers and dtype in kind.dtypes]
    peers = [kind(ours, dtype) for kind in kinds]
    if dtype == "float32":
        for peer in peers:
            check_logits(ours, peer, batch)
            gc.collect()  # copies of BERT-base would fill the memory
    for compiled in (False, True)[: 1 + options.compiled]:
        for contender in (ours, *peers):
            name = _name(contender.name, dtype, contender.compiler if compiled else None)
            found[name] = contender.steps(batch, options.steps, compiled)
    return found


def _name(library: str, dtype: str, compiler: str | None) -> str:
    return ", ".join([library, dtype, *([compiler] if compiler else [])])


def _share_of_rate(shape: Shape, dtype: str, ours: Seconds, steps: int) -> str:
    rate, needed = matrix_rate(shape, dtype), step_operations(shape)
    reached = needed * steps / ours.cpu
    return (
        f"{dtype}: matrix products run at {rate / 1e9:.0f} GFLOP/s of CPU time; our step needs "
        f"{needed / 1e9:.0f} GFLOP and runs at {reached / 1e9:.0f} GFLOP/s, "
        f"{reached / rate:.2f} of that rate ({1000 * ours.cpu / steps:.0f} ms per step)"
    )


def matrix_rate(shape: Shape, dtype: str, rounds: int = 9) -> float:
    """Measure the operations per CPU second of the shape's most frequent matrix product."""
    import tensorflow as tf

    rows = shape.batch_size * shape.length
    left = tf.cast(tf.random.normal((rows, shape.hidden_dim)), dtype)
    right = tf.cast(tf.random.normal((shape.hidden_dim, 4 * shape.hidden_dim)), dtype)
    product = tf.function(tf.matmul)
    product(left, right)
    seconds = median([time_run(lambda: product(left, right)) for _ in range(rounds)]).cpu
    return 2 * rows * shape.hidden_dim * 4 * shape.hidden_dim / seconds


def step_operations(shape: Shape) -> float:
    """Count the operations of all matrix products of a step: forward once, backward twice.

    A layer has 12 D^2 weights per token, and attention multiplies B L^2 D twice. Work in the last
    layer that a masked LM can skip is counted too, because the peers do it.
    """
    tokens, width = shape.batch_size * shape.length, shape.hidden_dim
    layer = 12 * width**2 * tokens + 2 * width * tokens * shape.length
    masked = shape.batch_size * shape.predictions
    head = masked * width * (width + shape.vocabulary_size)
    return 3 * 2 * (shape.num_layers * layer + head)


def _options() -> argparse.Namespace:
    built = parser(__doc__, steps=3, threads=2, rounds=5)
    built.add_argument("--shape", choices=SHAPES, default="small")
    built.add_argument("--dtypes", nargs="+", choices=("float32", "bfloat16"), default=["float32"])
    has_torch = importlib.util.find_spec("torch")
    names = [kind.name for kind in PEERS if has_torch or kind is not Transformers]
    built.add_argument("--peers", nargs="*", choices=names, default=names)
    built.add_argument("--compiled", action="store_true", help="also XLA and torch.compile")
    return built.parse_args()


if __name__ == "__main__":
    main()
