"""One step of masked-LM pretraining: ours beside KerasHub, Model Garden and transformers.

    python -m benchmarks.pretraining --shape small
    python -m benchmarks.pretraining --shape small --dtypes float32 bfloat16 --compiled
    python -m benchmarks.pretraining --shape base --steps 1

The same start weights (checked: equal logits), the same batch, dropout, AdamW with global clipping;
forward, backward and update, each library's own step in turn in one process. `--compiled` adds XLA
and torch.compile. KerasHub has no bfloat16 step: its head fails there. Last comes the rate at which
this machine multiplies matrices and the share of it that our step reaches. The input pipeline has a
benchmark of its own, `benchmarks.input_pipeline`.
"""

import argparse
import gc

from benchmarks import threads
from benchmarks.compare import Measured, machine, measure, report
from benchmarks.masked_lm import MaskedLM, random_batch
from benchmarks.masked_lm_peers import PEERS, check_logits
from benchmarks.matrix_rate import matrix_rate, step_operations
from benchmarks.networks import Batch, Run, Shape
from benchmarks.options import step_parser

SHAPES = {
    "small": Shape(30_522, 128, 32, 20, num_layers=4, hidden_dim=256, num_heads=4),
    # multilingual BERT with 30,000 pieces more
    "base": Shape(149_547, 64, 8, 10, num_layers=12, hidden_dim=768, num_heads=12),
}


def main() -> None:
    options = _options()
    threads.limit(options.threads)
    shape = SHAPES[options.shape]
    batch = random_batch(shape)
    contenders: dict[str, Run] = {}
    for dtype in options.dtypes:
        contenders |= _contenders(shape, batch, dtype, options)
    measured = measure(contenders, options.rounds)
    print(machine(options.threads))
    print(f"{shape}; {options.steps} steps a run; median of {options.rounds}")
    print(report(measured, options.steps * shape.batch_size * shape.length, "tokens"))
    for dtype in options.dtypes:
        print(_share(shape, dtype, measured[_name("tfmling", dtype, None)], options.steps))


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
            gc.collect()  # of BERT-base, whose copies fill the memory
    for compiled in (False, True)[: 1 + options.compiled]:
        for contender in (ours, *peers):
            name = _name(contender.name, dtype, contender.compiler if compiled else None)
            found[name] = contender.steps(batch, options.steps, compiled)
    return found


def _name(library: str, dtype: str, compiler: str | None) -> str:
    return ", ".join([library, dtype, *([compiler] if compiler else [])])


def _share(shape: Shape, dtype: str, ours: Measured, steps: int) -> str:
    rate, needed = matrix_rate(shape, dtype), step_operations(shape)
    reached = needed * steps / ours.cpu
    return (
        f"{dtype}: products at {rate / 1e9:.0f} GFLOP/s of CPU time; the products of a step, "
        f"{needed / 1e9:.0f} GFLOP, by the CPU time of ours: {reached / 1e9:.0f} GFLOP/s, "
        f"{reached / rate:.2f} of it ({1000 * ours.cpu / steps:.0f} ms a step)"
    )


def _options() -> argparse.Namespace:
    parser = step_parser(__doc__, steps=3)
    parser.add_argument("--shape", choices=SHAPES, default="small")
    parser.add_argument("--dtypes", nargs="+", choices=("float32", "bfloat16"), default=["float32"])
    names = [kind.name for kind in PEERS]
    parser.add_argument("--peers", nargs="*", choices=names, default=names)
    parser.add_argument("--compiled", action="store_true", help="also XLA and torch.compile")
    return parser.parse_args()


if __name__ == "__main__":
    main()
