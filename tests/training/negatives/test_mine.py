"""Mining hard negatives with a tiny encoder."""

import json

import numpy as np
import pytest

from tests import tiny
from tests.written import finish_output
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.core.config import build
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.records import example, tfrecord
from tfmling.records.folder import shard_path, shards
from tfmling.records.schemas import sentence_pair
from tfmling.training.negatives.mine import mine_negatives
from tfmling.training.negatives.settings import MineNegatives

PAIRS = [("a b", "i j"), ("a b", "i k"), ("c d e", "l m"), ("f", "f"), ("g h", "n o p")]


@pytest.fixture(scope="module")
def mined(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mined")
    records = folder / "records"
    (records / "sentence_pairs").mkdir(parents=True)
    path = shard_path(str(records), "sentence_pairs", "qaa-qab", 0, 1)
    tfrecord.write(path, [sentence_pair.encode(s, t, "qaa", "qab") for s, t in PAIRS])
    finish_output(str(records))
    save_encoder(tiny.tiny_encoder(), str(folder / "encoder"))
    values = {
        "output": str(folder / "out"),
        "encoder": str(folder / "encoder"),
        "records": [str(records)],
        "negatives": 2,
        "max_length": 16,
    }
    mine_negatives(build(MineNegatives, values, "test"))
    return folder


def _expected() -> list[list[str]]:
    """The expected negatives, from the matrix of all cosines."""
    embedder = KerasEmbedder(tiny.tiny_encoder(), 16)
    sources, targets = zip(*PAIRS, strict=True)
    pool = sorted(set(targets))
    cosines = embedder.encode(sources) @ embedder.encode(pool).T
    true = np.sum(embedder.encode(sources) * embedder.encode(targets), axis=1)
    known = [{t for s, t in PAIRS if s == source} | {source} for source in sources]
    return [
        [pool[j] for j in np.argsort(-cosines[i], kind="stable")
         if pool[j] not in known[i] and cosines[i, j] < 0.95 * true[i]][:2]
        for i in range(len(PAIRS))
    ]  # fmt: skip


def test_records_have_the_nearest_non_translations(mined):
    (path,) = shards(str(mined / "out"), "hard_negatives")["qaa-qab"]
    found = []
    for record, pair in zip(tfrecord.read(path), PAIRS, strict=True):
        negatives = example.deserialize_lists(record)
        assert (negatives["source"][0], negatives["target"][0]) == pair
        found.append(negatives["negatives"])
    assert found == _expected()
    assert any(found)


def test_counts_and_page(mined):
    counts = json.loads((mined / "out" / "counts.json").read_text())["qaa-qab"]
    assert counts["pairs"] == 5
    # two of the 16 positions are [CLS] and [SEP]; each letter is a piece
    letters = [len(text.replace(" ", "")) for pair in PAIRS for text in pair]
    assert counts["truncated_texts"] == sum(number > 14 for number in letters)
    assert counts["negatives"] == sum(map(len, _expected()))
    page = (mined / "out" / "negatives.html").read_text()
    assert "≠" in page
