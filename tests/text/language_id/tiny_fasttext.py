"""A fastText classifier small enough to be worked out by hand, written byte by byte.

The layout is that of fastText 0.9.2 (`FastText::saveModel`, `Args::save`, `Dictionary::save`,
`DenseMatrix::save`): little-endian, a softmax over labels, words without n-grams.
"""

import struct
from pathlib import Path

MAGIC, VERSION = 793712314, 12
SOFTMAX, SUPERVISED = 3, 3
WORD, LABEL = 0, 1


def write_model(path: Path, words: dict[str, float], labels: dict[str, float]) -> str:
    """Writes a model with vectors of one number: p(label | text) ~ exp(label * mean of words).

    As in every trained model, one of the words is `</s>`, which ends each text.
    """
    entries = [(word, WORD) for word in words] + [(label, LABEL) for label in labels]
    # dim, window, epochs, min count, negatives, word n-grams, loss, model, buckets, n-grams, rate
    arguments = struct.pack("<12id", 1, 5, 1, 1, 5, 1, SOFTMAX, SUPERVISED, 0, 0, 0, 100, 1e-4)
    dictionary = struct.pack("<3i2q", len(entries), len(words), len(labels), 100, -1)
    for entry, kind in entries:
        dictionary += entry.encode() + b"\0" + struct.pack("<qb", 10, kind)
    matrices = b"".join(
        b"\0" + struct.pack(f"<2q{len(rows)}f", len(rows), 1, *rows)  # not quantised, rows, columns
        for rows in (words.values(), labels.values())
    )
    path.write_bytes(struct.pack("<2i", MAGIC, VERSION) + arguments + dictionary + matrices)
    return str(path)
