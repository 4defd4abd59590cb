"""What is written for sentence-transformers is what it computes with; LaBSE's layout is read."""

import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.tiny import tiny_encoder
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.conversion.hugging_face.write import write as write_hugging_face
from tfmling.conversion.sentence_transformers import write as write_sentence_transformers
from tfmling.embedding.keras_embedder import KerasEmbedder

TEXTS = ["ab c", "a", "ponm b c a", ""]


@pytest.mark.parametrize("pooling", ["mean", "cls", "pooler", "max", "lasttoken"])
def test_written_folders_are_read_back(tmp_path, pooling):
    encoder = tiny_encoder(pooling=pooling)
    write_sentence_transformers(encoder, str(tmp_path))
    again = load_encoder(str(tmp_path))
    assert again.pooling == pooling
    np.testing.assert_allclose(
        KerasEmbedder(again).encode(TEXTS), KerasEmbedder(encoder).encode(TEXTS), atol=1e-6
    )


def test_the_dense_of_a_published_folder_is_the_pooler(tmp_path):
    """LaBSE's folder: a BERT with a meaningless pooler, and `2_Dense` beside it."""
    encoder = tiny_encoder(pooling="pooler")
    write_sentence_transformers(encoder, str(tmp_path))
    weights = load_file(tmp_path / "model.safetensors")
    pooler = [name for name in weights if "pooler" in name]
    assert len(pooler) == 2
    save_file(weights | {name: np.zeros_like(weights[name]) for name in pooler},
              tmp_path / "model.safetensors", metadata={"format": "pt"})  # fmt: skip
    again = KerasEmbedder(load_encoder(str(tmp_path))).encode(TEXTS)
    np.testing.assert_allclose(again, KerasEmbedder(encoder).encode(TEXTS), atol=1e-6)


def test_a_plain_bert_pools_its_first_token(tmp_path):
    write_hugging_face(tiny_encoder(pooling="mean"), str(tmp_path))
    assert load_encoder(str(tmp_path)).pooling == "cls"


# In a process of its own: PyTorch and TensorFlow in one process do not always get along.
PROGRAM = """
import json, sys
import numpy as np
from sentence_transformers import SentenceTransformer
folder, texts, output = sys.argv[1:]
np.save(output, SentenceTransformer(folder, device="cpu").encode(json.loads(texts)))
"""


@pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is None,
    reason="sentence-transformers is not installed (extra bench)",
)
@pytest.mark.parametrize("pooling", ["mean", "pooler"])
def test_sentence_transformers_gives_our_vectors(tmp_path, pooling):
    encoder = tiny_encoder(pooling=pooling)
    write_sentence_transformers(encoder, f"{tmp_path}/model")
    command = [sys.executable, "-c", PROGRAM, f"{tmp_path}/model", json.dumps(TEXTS[:3])]
    done = subprocess.run([*command, f"{tmp_path}/v.npy"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    theirs = np.load(tmp_path / "v.npy")
    np.testing.assert_allclose(theirs, KerasEmbedder(encoder, 32).encode(TEXTS[:3]), atol=1e-5)
