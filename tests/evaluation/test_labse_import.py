"""LaBSE's published layouts, written by their own libraries, give their vectors here too."""

import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest

from tfmling.conversion.encoder_folder import load_encoder
from tfmling.embedding.embedder import ModelError
from tfmling.embedding.load_embedder import load_embedder

TEXTS = ["ab c", "a", "b a b a c", "Ab cb, a!"]
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcAB!,", *(f"##{c}" for c in "abc")]

# In a process of its own: PyTorch and TensorFlow in one process do not always get along.
PROGRAM = """
import json, sys
import numpy as np, torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Dense, Normalize, Pooling, Transformer
from transformers import BertConfig, BertModel, BertTokenizerFast
folder, texts = sys.argv[1], json.loads(sys.argv[2])
torch.manual_seed(5)
sizes = dict(vocab_size=15, hidden_size=24, num_hidden_layers=3, num_attention_heads=4,
             intermediate_size=40, max_position_embeddings=32, initializer_range=0.3)
bert = BertModel(BertConfig(**sizes)).eval()
tokenizer = BertTokenizerFast(f"{folder}/vocab.txt", do_lower_case=False, model_max_length=32)
bert.save_pretrained(f"{folder}/pooler")  # as setu4993/LaBSE: the vector is the pooler's output
tokenizer.save_pretrained(f"{folder}/pooler")
with torch.inference_mode():
    ids = tokenizer(texts, padding=True, return_tensors="pt")
    pooled = torch.nn.functional.normalize(bert(**ids).pooler_output, dim=-1)
np.save(f"{folder}/pooler.npy", pooled.numpy())
parts = [Transformer(f"{folder}/pooler"), Pooling(24, "cls"),  # as sentence-transformers/LaBSE
         Dense(24, 24, activation_function=torch.nn.Tanh()), Normalize()]
torch.nn.init.normal_(parts[2].linear.weight, std=0.5)
model = SentenceTransformer(modules=parts, device="cpu")
model.save(f"{folder}/dense")
np.save(f"{folder}/dense.npy", model.encode(texts))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    if importlib.util.find_spec("sentence_transformers") is None:
        pytest.skip("sentence-transformers is not installed (extra bench)")
    folder = tmp_path_factory.mktemp("labse")
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece in PIECES))
    command = [sys.executable, "-c", PROGRAM, str(folder), json.dumps(TEXTS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


def test_the_layout_with_a_dense_beside_bert(folder):
    assert load_encoder(f"{folder}/dense").pooling == "pooler"
    got = load_embedder(f"{folder}/dense", 32, 2).encode(TEXTS)
    np.testing.assert_allclose(got, np.load(folder / "dense.npy"), atol=1e-5)


def test_the_layout_with_berts_own_pooler(folder):
    got = load_embedder(f"{folder}/pooler", 32, 2, pooling="pooler").encode(TEXTS)
    np.testing.assert_allclose(got, np.load(folder / "pooler.npy"), atol=1e-5)
    plain = load_embedder(f"{folder}/pooler", 32, 2).encode(TEXTS)  # the folder does not say it
    assert np.abs(plain - got).max() > 0.01


def test_first_dimensions(folder):
    whole = load_embedder(f"{folder}/dense", 32, 2).encode(TEXTS)[:, :6]
    expected = whole / np.linalg.norm(whole, axis=1, keepdims=True)
    got = load_embedder(f"{folder}/dense", 32, 2, truncate_dim=6).encode(TEXTS)
    np.testing.assert_allclose(got, expected, atol=1e-6)
    with pytest.raises(ModelError, match=r"truncate_dim: expected at most 24, .* got 25"):
        load_embedder(f"{folder}/dense", truncate_dim=25)
