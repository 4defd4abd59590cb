"""The step from neighbors to pairs, on a few rows."""

import numpy as np

from beam_pipelines.mining.match import MatchPairs, unpack_pairs
from beam_pipelines.mining.settings import MineBitext
from tests.mining.folders import write_folder
from tfmling.core import config
from tfmling.mining.arrays import write_array
from tfmling.mining.vectors import VectorFolder

DOCUMENTS = [[("a", 0, 2), ("b", 2, 1)]]  # rows 0 and 1, row 2
TEXTS = {"sw": ["Soma zaidi", "Habari", "Soma zaidi"], "en": ["Read more", "News", "Read more"]}


def test_equal_pairs_of_several_documents_are_kept_once(tmp_path):
    paths = {
        language: write_folder(tmp_path / language, [3], documents=DOCUMENTS, texts=texts)
        for language, texts in TEXTS.items()
    }
    values = {
        "output": "unused",
        "source": {"language": "sw", "vectors": paths["sw"]},
        "target": {"language": "en", "vectors": paths["en"]},
        "documents": {"kind": "vectors"},
        "threshold": {"kind": "value", "min_score": 0.5},
        "margin": "absolute",
        "num_shards": 1,
    }
    (tmp_path / "neighbors").mkdir()
    for name in ("source", "target"):  # row i with row i
        path = f"{tmp_path}/neighbors/{name}-00000-of-00001"
        write_array(f"{path}.index.npy", np.array([[0], [1], [2]]))
        write_array(f"{path}.similarity.npy", np.array([[0.8], [0.7], [0.9]], np.float32))
    sides = [VectorFolder(path) for path in paths.values()]
    match = MatchPairs(config.build(MineBitext, values, "test"), str(tmp_path), *sides)
    (_, packed), *reports = match.process(None)
    _, pairs = unpack_pairs(packed)
    assert pairs.source.tolist() == pairs.target.tolist() == [2, 1]
    counted = [report.value for report in reports if report.tag == "counts"]
    assert (("sw-en", "dropped", "duplicate"), 1) in counted
