"""Small folders of vectors for tests."""

import json
from pathlib import Path

import numpy as np

from tests.written import finish_output
from tfmling.core import files
from tfmling.mining import sentences
from tfmling.mining.arrays import write_array
from tfmling.mining.quantization import quantize
from tfmling.mining.sentences import MinedSentence
from tfmling.mining.vectors import Description, shard_path, write_description


def write_folder(path, rows, *, width=4, model="model", vectors=None, documents=None, texts=None):
    """A completed folder with this many rows in each shard.

    `documents` has, for each shard, (name, first row, rows).
    """
    Path(path).mkdir(parents=True, exist_ok=True)
    count = sum(rows)
    if vectors is None:
        vectors = np.random.default_rng(1).normal(size=(count, width))
    texts = texts or [f"sentence {row}" for row in range(count)]
    first = 0
    for shard, number in enumerate(rows):
        name = shard_path(str(path), shard, len(rows))
        part = slice(first, first + number)
        sentences.write_sentences(
            name, [MinedSentence(text, f"f:{n}") for n, text in enumerate(texts[part])]
        )
        write_array(f"{name}.vectors.npy", quantize(vectors[part]))
        if documents is not None:
            files.write_text(f"{name}.documents.json", json.dumps(documents[shard]))
        first += number
    by_document = documents is not None
    write_description(
        str(path), Description("sw", model, by_document, vectors.shape[1], tuple(rows))
    )
    finish_output(str(path))
    return str(path)
