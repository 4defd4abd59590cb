"""Word alignment: pairs per second of our fast_align model, and matrices per second of SimAlign.

    python -m benchmarks.word_alignment

The pairs come from an invented language: words by Zipf's law, translated one by one, some omitted,
neighbors swapped. Training runs five iterations of EM in one direction. fast_align and eflomal are
C++ programs without packages, so the peer is the plain loop that the tests compare with. SimAlign's
Argmax and Itermax (`pip install simalign`) run on the same random matrices if installed.
"""

import argparse

import numpy as np

from benchmarks.harness import (
    Run,
    describe_machine,
    limit_threads,
    measure,
    parser,
    print_speeds,
)


def main() -> None:
    options = parser(
        __doc__, pairs=20_000, plain_pairs=300, words=20, matrices=1000, threads=1, rounds=3
    ).parse_args()
    limit_threads(options.threads)
    print(describe_machine(options.threads))
    _statistical(options)
    _contextual(options)


def _statistical(options: argparse.Namespace) -> None:
    from tests.alignment import reference_fast_align as plain
    from tfmling.alignment.fast_align import FastAlign
    from tfmling.alignment.settings import FastAlignSettings

    settings = FastAlignSettings()
    pairs = draw_pairs(options.pairs, options.words)
    few = pairs[: options.plain_pairs]

    def ours(own) -> Run:
        sources, targets = zip(*own, strict=True)
        return lambda: FastAlign(sources, targets, settings)

    print(f"\ntraining, {options.words} words per sentence, {settings.iterations} iterations")
    measured = measure({f"tfmling, {len(pairs):,} pairs": ours(pairs)}, options.rounds)
    print_speeds(measured, len(pairs), "pairs")
    fast = measure({f"tfmling, {len(few):,} pairs": ours(few)}, options.rounds)
    slow = measure({f"plain loops, {len(few):,} pairs": lambda: plain.train(few, settings)}, 1)
    print_speeds(fast | slow, len(few), "pairs")


def _contextual(options: argparse.Namespace) -> None:
    from tfmling.alignment.contextual import itermax, mutual_argmax

    draw = np.random.default_rng(1)
    matrices = [draw.uniform(-1, 1, size=(40, 40)) for _ in range(options.matrices)]
    ours = {
        "Argmax": lambda: [mutual_argmax(m) for m in matrices],
        "Itermax": lambda: [itermax(m, 2, 0.9) for m in matrices],
    }
    theirs = _simalign(matrices)
    for name, run in ours.items():
        contenders = {f"tfmling, {name}": run}
        if name in theirs:
            contenders[f"SimAlign, {name}"] = theirs[name]
        print(f"\n{name} of {len(matrices)} matrices of 40 x 40 pieces")
        print_speeds(measure(contenders, options.rounds), len(matrices), "matrices")


def _simalign(matrices):
    try:
        from simalign.simalign import SentenceAligner
    except ImportError:
        return {}

    def argmax(matrix):
        forward, backward = SentenceAligner.get_alignment_matrix(matrix)
        return forward * backward

    return {
        "Argmax": lambda: [argmax(m) for m in matrices],
        "Itermax": lambda: [SentenceAligner.iter_max(m) for m in matrices],
    }


def draw_pairs(count: int, words: int) -> list[tuple[list[str], list[str]]]:
    """Draw sentence pairs of about `words` words from a vocabulary with Zipf's law."""
    draw = np.random.default_rng(1)
    pairs = []
    for length in draw.integers(words // 2, words + words // 2 + 1, count):
        source = np.minimum(draw.zipf(1.3, length), 50_000)
        target = source[draw.random(length) > 0.1]
        order = np.argsort(np.arange(len(target)) + draw.uniform(0, 2, len(target)))
        pairs.append(([f"s{w}" for w in source], [f"t{w}" for w in target[order]]))
    return pairs


if __name__ == "__main__":
    main()
