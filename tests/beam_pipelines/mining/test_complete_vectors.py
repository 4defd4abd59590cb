"""What completes a folder of vectors looks at their headers only."""

import io
import json
import uuid

import numpy as np

from beam_pipelines.mining.embed_shard import complete_vectors
from beam_pipelines.mining.settings import MineBitext
from tfmling.core import config, files


def test_shapes_are_of_headers(settings):
    file = io.BytesIO()
    np.save(file, np.zeros((5, 8), np.int16))
    folder = f"memory://{uuid.uuid4().hex}"
    begun = f"{folder}/00001-of-00003.vectors.npy"
    files.write_bytes(begun, file.getvalue()[: -5 * 8 * 2])
    mined = config.build(MineBitext, settings | {"output": "unused"}, "test")
    assert complete_vectors(folder, mined.source, mined, "model") == 5
    described = json.loads(files.read_text(f"{folder}/vectors.json"))
    assert (described["rows"], described["width"]) == ([0, 5, 0], 8)
