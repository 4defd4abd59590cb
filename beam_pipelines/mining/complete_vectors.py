"""What is left to do for a folder of vectors once its shards are written."""

import numpy as np

from beam_pipelines.mining.settings import MineBitext, Side
from tfmling.core import files
from tfmling.corpora.corpus import CorpusError
from tfmling.mining.arrays import read_shape, write_array
from tfmling.mining.vectors import Description, shard_path, write_description


def complete_vectors(folder: str, side: Side, settings: MineBitext, model: str) -> int:
    """Writes the vectors of empty shards, then `vectors.json`.

    Returns:
        The number of sentences.

    Raises:
        CorpusError: there is none.
    """
    shards = [shard_path(folder, n, settings.vector_shards) for n in range(settings.vector_shards)]
    written = [path for path in shards if files.exists(f"{path}.vectors.npy")]
    if not written:
        raise CorpusError(f"{side.language}: no sentence is left to mine; {folder}/report.html")
    width = read_shape(f"{written[0]}.vectors.npy")[1]
    for path in set(shards) - set(written):
        write_array(f"{path}.vectors.npy", np.zeros((0, width), np.int16), with_checksum=True)
    rows = tuple(read_shape(f"{path}.vectors.npy")[0] for path in shards)
    by_document = settings.documents is not None
    write_description(folder, Description(side.language, model, by_document, width, rows))
    for unfinished in files.find(folder, ".tmp"):
        files.remove(unfinished)
    return sum(rows)
