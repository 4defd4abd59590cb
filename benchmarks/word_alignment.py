"""Word alignment: pairs a second, ours beside the same model in plain loops, and SimAlign's.

    python -m benchmarks.word_alignment

The pairs are drawn from an invented language: words of Zipf's law, translated one by one, some left
out, neighbours exchanged. Training takes five iterations of EM in one direction. fast_align itself
and eflomal are C++ programs without packages, so the peer is the plain loop that the tests compare
with. SimAlign's Argmax and Itermax (`pip install simalign`) work on the same random matrices, if
the package is there.
"""

import argparse

import numpy as np

from benchmarks import threads
from benchmarks.compare import machine, measure, report


def main() -> None:
    options = _options()
    threads.limit(options.threads)
    print(machine(options.threads))
    _statistical(options)
    _contextual(options)


def _statistical(options: argparse.Namespace) -> None:
    from tests.alignment import reference_fast_align as plain
    from tfmling.alignment.fast_align import FastAlign
    from tfmling.alignment.settings import FastAlignSettings

    settings = FastAlignSettings()
    pairs = draw_pairs(options.pairs, options.words)
    few = pairs[: options.plain_pairs]
    ours = {f"tfmling, {len(p):,} pairs": p for p in (pairs, few)}
    runs = {name: _trainer(FastAlign, own, settings) for name, own in ours.items()}
    measured = measure(runs, options.rounds)
    print(f"\ntraining, {options.words} words a sentence, {settings.iterations} iterations")
    for name, own in ours.items():
        print(report({name: measured[name]}, len(own), "pairs"))
    slow = measure({f"plain loops, {len(few):,} pairs": lambda: plain.train(few, settings)}, 1)
    fast = {name: own for name, own in measured.items() if len(ours[name]) == len(few)}
    print(report(fast | slow, len(few), "pairs"))


def _trainer(model, pairs, settings):
    sources, targets = zip(*pairs, strict=True)
    return lambda: model(sources, targets, settings)


def _contextual(options: argparse.Namespace) -> None:
    from tfmling.alignment.similarity_links import itermax, mutual_argmax

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
        print(report(measure(contenders, options.rounds), len(matrices), "matrices"))


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
    """Sentence pairs of about `words` words, of a vocabulary that follows Zipf's law."""
    draw = np.random.default_rng(1)
    pairs = []
    for length in draw.integers(words // 2, words + words // 2 + 1, count):
        source = np.minimum(draw.zipf(1.3, length), 50_000)
        target = source[draw.random(length) > 0.1]
        order = np.argsort(np.arange(len(target)) + draw.uniform(0, 2, len(target)))
        pairs.append(([f"s{w}" for w in source], [f"t{w}" for w in target[order]]))
    return pairs


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=20_000)
    parser.add_argument("--plain-pairs", type=int, default=300)
    parser.add_argument("--words", type=int, default=20)
    parser.add_argument("--matrices", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
