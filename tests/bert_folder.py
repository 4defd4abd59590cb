"""A random Hugging Face BERT folder of the true layout, and BERT in numpy to compare with."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.reference_bert import BertSizes, random_bert_weights

SIZES = BertSizes(vocabulary=40, width=12, layers=3, heads=3, intermediate=20, positions=16)
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PIECES += [chr(ord("a") + n) for n in range(20)] + ["##" + chr(ord("a") + n) for n in range(15)]


@pytest.fixture(scope="session")
def bert_weights() -> dict[str, np.ndarray]:
    return random_bert_weights(SIZES, seed=3)


@pytest.fixture(scope="session")
def hugging_face_folder(tmp_path_factory, bert_weights) -> Path:
    folder = tmp_path_factory.mktemp("hugging_face")
    config = {
        "model_type": "bert",
        "architectures": ["BertForPreTraining"],
        "vocab_size": SIZES.vocabulary,
        "hidden_size": SIZES.width,
        "num_hidden_layers": SIZES.layers,
        "num_attention_heads": SIZES.heads,
        "intermediate_size": SIZES.intermediate,
        "max_position_embeddings": SIZES.positions,
        "type_vocab_size": 2,
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-12,
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": True}))
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece in PIECES))
    save_file(bert_weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


@pytest.fixture
def token_inputs() -> dict[str, np.ndarray]:
    generator = np.random.default_rng(5)
    mask = np.array([[1] * 10, [1] * 6 + [0] * 4, [1] * 3 + [0] * 7], np.int32)
    return {
        "input_word_ids": generator.integers(5, 40, (3, 10)).astype(np.int32) * mask,
        "input_mask": mask,
        "input_type_ids": np.array([[0] * 5 + [1] * 5] * 3, np.int32) * mask,
    }
