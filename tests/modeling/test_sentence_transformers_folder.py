"""What is written for sentence-transformers is what it computes with; LaBSE's layout is read."""

import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.tiny import tiny_encoder
from tfmling.modeling.embed_text import TextEmbedder
from tfmling.modeling.encoder_folder import load_encoder
from tfmling.modeling.hugging_face_writer import write_hugging_face
from tfmling.modeling.sentence_transformers_folder import write_sentence_transformers

TEXTS = ["ab c", "a", "ponm b c a", ""]


@pytest.mark.parametrize("pooling", ["mean", "cls", "pooler"])
def test_we_read_what_we_write(tmp_path, pooling):
    encoder = tiny_encoder(pooling=pooling)
    write_sentence_transformers(encoder, str(tmp_path))
    again = load_encoder(str(tmp_path))
    assert again.pooling == pooling
    np.testing.assert_allclose(TextEmbedder(again)(TEXTS), TextEmbedder(encoder)(TEXTS), atol=1e-6)


def test_the_dense_of_a_published_folder_is_the_pooler(tmp_path):
    """LaBSE's folder: a BERT whose own pooler says nothing, and `2_Dense` beside it."""
    encoder = tiny_encoder(pooling="pooler")
    write_sentence_transformers(encoder, str(tmp_path))
    weights = load_file(tmp_path / "model.safetensors")
    pooler = [name for name in weights if "pooler" in name]
    assert len(pooler) == 2
    save_file(weights | {name: np.zeros_like(weights[name]) for name in pooler},
              tmp_path / "model.safetensors", metadata={"format": "pt"})  # fmt: skip
    again = TextEmbedder(load_encoder(str(tmp_path)))(TEXTS)
    np.testing.assert_allclose(again, TextEmbedder(encoder)(TEXTS), atol=1e-6)


def test_parts_that_do_not_fit_are_refused(tmp_path):
    write_sentence_transformers(tiny_encoder(pooling="pooler"), str(tmp_path))
    config = tmp_path / "2_Dense" / "config.json"
    values = json.loads(config.read_text())
    config.write_text(json.dumps(values | {"out_features": 8}))
    with pytest.raises(ValueError, match="expected a Dense of one width with tanh"):
        load_encoder(str(tmp_path))
    config.write_text(json.dumps(values))
    (tmp_path / "2_Dense" / "model.safetensors").rename(tmp_path / "2_Dense" / "model.bin")
    with pytest.raises(ValueError, match="pickled weights"):
        load_encoder(str(tmp_path))
    pooling = tmp_path / "1_Pooling" / "config.json"
    pooling.write_text(json.dumps({"pooling_mode_max_tokens": True}))
    with pytest.raises(ValueError, match=r"got \['pooling_mode_max_tokens'\]"):
        load_encoder(str(tmp_path))


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
    np.testing.assert_allclose(theirs, TextEmbedder(encoder, 32)(TEXTS[:3]), atol=1e-5)


def test_a_dense_behind_the_mean_is_refused(tmp_path):
    write_sentence_transformers(tiny_encoder(pooling="pooler"), str(tmp_path))
    pooling = tmp_path / "1_Pooling" / "config.json"
    for config in ({"pooling_mode": "mean"}, {"pooling_mode_mean_tokens": True}):
        pooling.write_text(json.dumps(config))
        with pytest.raises(ValueError, match=r"a Dense behind the .CLS. state.* behind the mean"):
            load_encoder(str(tmp_path))
    pooling.write_text(json.dumps({"pooling_mode": ["cls", "mean"]}))
    with pytest.raises(ValueError, match=r"got \['cls', 'mean'\]"):
        load_encoder(str(tmp_path))
