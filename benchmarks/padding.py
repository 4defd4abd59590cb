"""The share of a pretraining batch that is padding: a sentence a row, length buckets, packed rows.

    python -m benchmarks.padding

Real text in many languages, cut with multilingual BERT's vocabulary, as the inputs of `masked_lm`
lay it out. Buckets are every second length.
"""

import argparse
from collections.abc import Iterator

import numpy as np

from benchmarks import texts, threads

SETS = {  # pattern of files, column of the text where they are TSV
    "NTREX, 12 languages": ("ntrex/*.gz", 0),
    "TED, 6 languages": ("ted/*.gz", 0),
    "Bible, 4 languages": ("bible/*.gz", 1),
    "LAFAND, Swahili": ("lafand/en-swa/train.swa.gz", 0),
}
SPECIALS = 2


def main() -> None:
    options = _options()
    threads.limit(1)
    from tfmling.tokenizers.word_piece_tokenizer import WordPieceTokenizer

    tokenizer = WordPieceTokenizer(texts.vocabulary([]))
    print(f"{'at most ' + str(options.max_length) + ' tokens':24} a row each  buckets   packed")
    for name, (pattern, column) in SETS.items():
        lengths = np.concatenate(list(_lengths(tokenizer, pattern, column)))
        lengths = np.random.default_rng(1).permutation(np.minimum(lengths, options.max_length))
        shares = (alone(lengths, options.max_length), bucketed(lengths), packed(lengths, options))
        print(f"{name:24}" + "".join(f"{share:9.1%}" for share in shares))


def _lengths(tokenizer, pattern: str, column: int) -> Iterator[np.ndarray]:
    import tensorflow as tf

    for path in sorted(texts.DATA.glob(pattern)):
        lines = [line.split("\t")[column] for line in texts.read_lines(path) if line]
        yield tokenizer(tf.constant(lines)).row_lengths().numpy() + SPECIALS


def alone(lengths: np.ndarray, max_length: int) -> float:
    """Each in a row of its own."""
    return 1 - lengths.mean() / max_length


def bucketed(lengths: np.ndarray) -> float:
    """Each in a row of the next even length."""
    return 1 - lengths.sum() / (2 * ((lengths + 1) // 2)).sum()


def packed(lengths: np.ndarray, options: argparse.Namespace) -> float:
    """In rows that they share, window by window as in training."""
    from tfmling.inputs.packing import assign_rows
    from tfmling.inputs.text_batches import PARSE_BATCH

    windows = lengths[: len(lengths) // PARSE_BATCH * PARSE_BATCH].reshape(-1, PARSE_BATCH)
    rows = sum(assign_rows(window, options.max_length).max() + 1 for window in windows)
    return 1 - windows.sum() / (rows * options.max_length)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--max-length", type=int, default=128)
    return parser.parse_args()


if __name__ == "__main__":
    main()
