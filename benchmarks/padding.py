"""The share of padding in a pretraining batch: one sentence per row, length buckets, packed rows.

    python -m benchmarks.padding

Real text in many languages is tokenized with multilingual BERT's vocabulary and laid out as the
inputs of `masked_lm`. Buckets are the even lengths.
"""

import argparse
from collections.abc import Iterator

import numpy as np

from benchmarks import texts
from benchmarks.harness import limit_threads, parser

SETS = {  # pattern of file names, column of the text
    "NTREX, 12 languages": ("ntrex/*.gz", 0),
    "TED, 6 languages": ("ted/*.gz", 0),
    "Bible, 4 languages": ("bible/*.gz", 1),
    "LAFAND, Swahili": ("lafand/en-swa/train.swa.gz", 0),
}
SPECIALS = 2


def main() -> None:
    options = parser(__doc__, max_length=128).parse_args()
    limit_threads(1)
    from tfmling.tokenizers.word_piece_tokenizer import WordPieceTokenizer

    tokenizer = WordPieceTokenizer(texts.vocabulary([]))
    print(f"{'at most ' + str(options.max_length) + ' tokens':24} one per row  buckets   packed")
    for name, (pattern, column) in SETS.items():
        lengths = np.concatenate(list(_lengths(tokenizer, pattern, column)))
        lengths = np.random.default_rng(1).permutation(np.minimum(lengths, options.max_length))
        shares = (alone(lengths, options.max_length), bucketed(lengths), packed(lengths, options))
        print(f"{name:26}" + "".join(f"{share:9.1%}" for share in shares))


def _lengths(tokenizer, pattern: str, column: int) -> Iterator[np.ndarray]:
    import tensorflow as tf

    for path in sorted(texts.DATA.glob(pattern)):
        lines = [line.split("\t")[column] for line in texts.read_lines(path) if line]
        yield tokenizer(tf.constant(lines)).row_lengths().numpy() + SPECIALS


def alone(lengths: np.ndarray, max_length: int) -> float:
    """Return the padding with one sentence per row."""
    return 1 - lengths.mean() / max_length


def bucketed(lengths: np.ndarray) -> float:
    """Return the padding with rows of the next even length."""
    return 1 - lengths.sum() / (2 * ((lengths + 1) // 2)).sum()


def packed(lengths: np.ndarray, options: argparse.Namespace) -> float:
    """Return the padding with packed rows, window by window as in training."""
    from tfmling.inputs.packing import assign_rows
    from tfmling.inputs.text_batches import PARSE_BATCH

    windows = lengths[: len(lengths) // PARSE_BATCH * PARSE_BATCH].reshape(-1, PARSE_BATCH)
    rows = sum(assign_rows(window, options.max_length).max() + 1 for window in windows)
    return 1 - windows.sum() / (rows * options.max_length)


if __name__ == "__main__":
    main()
