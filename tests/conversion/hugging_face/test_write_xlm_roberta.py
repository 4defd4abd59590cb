"""An XLM-R that is written for `transformers`: read back by us, and computed with by them."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from tests.sentence_piece import LINES, trained_model
from tests.tiny import tiny_encoder
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.conversion.hugging_face.write import write as write_hugging_face
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import MaskedLMHead, read_weights
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary

LENGTH = 64


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """Extended, with two segments that differ, heads, and an epsilon that shows."""
    vocabulary = SentencePieceVocabulary(trained_model()).with_pieces({"▁river": -2.0, "q": -9.0})
    made = tiny_encoder(vocabulary=vocabulary, max_sequence_length=LENGTH)
    made = Encoder(made.backbone, vocabulary, pooling="cls", layer_norm_epsilon=1e-3)
    head = MaskedLMHead(made)
    head.bias.assign(np.linspace(-1, 1, len(vocabulary)))
    made.head_weights.update(read_weights(head))
    return made


@pytest.fixture(scope="module")
def written(encoder, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    write_hugging_face(encoder, str(folder))
    return folder


@pytest.fixture(scope="module")
def inputs(encoder) -> dict[str, tf.Tensor]:
    tokenizer = build_tokenizer(encoder.vocabulary)
    ids = tokenizer(tf.constant(LINES))
    return tokenizer.pack(ids, LENGTH, ids[:, :5])


def test_written_folders_are_read_back(encoder, written, inputs) -> None:
    again = load_encoder(str(written))
    assert again.vocabulary == encoder.vocabulary
    assert again.layer_norm_epsilon == encoder.layer_norm_epsilon
    ours, theirs = encoder(inputs), again(inputs)
    for name in ("sequence_output", "pooled_output"):
        np.testing.assert_allclose(theirs[name], ours[name], atol=1e-5)
    for name, value in encoder.head_weights.items():
        np.testing.assert_array_equal(again.head_weights[name], value, err_msg=name)


def test_tokenizer_json_has_our_ids(encoder, written) -> None:
    theirs = Tokenizer.from_file(str(written / "tokenizer.json"))
    tokenizer = build_tokenizer(encoder.vocabulary)
    assert [own.ids for own in theirs.encode_batch(LINES, add_special_tokens=False)] == (
        tokenizer(tf.constant(LINES)).to_list()
    )
    pair = tokenizer.pack(tf.ragged.constant([[5]]), 7, tf.ragged.constant([[6]]))
    assert theirs.encode("", "").ids == [0, 2, 2, 2]
    assert pair["input_word_ids"].numpy().tolist() == [[0, 5, 2, 2, 6, 2, 1]]
    assert theirs.encode("<mask>", add_special_tokens=False).ids == [encoder.vocabulary.mask_id]


def test_without_the_model_file_the_same_vocabulary_is_read(encoder, written) -> None:
    path = written / encoder.vocabulary.FILE
    model = path.read_bytes()
    path.unlink()
    try:
        again = load_encoder(str(written)).vocabulary
    finally:
        path.write_bytes(model)
    assert again.pieces == encoder.vocabulary.pieces
    assert [again.tokenize(line) for line in LINES] == [
        encoder.vocabulary.tokenize(line) for line in LINES
    ]


def test_a_bert_with_this_vocabulary_is_read(encoder, written, inputs, tmp_path) -> None:
    """As multilingual-e5-small and MiniLM: a BERT with XLM-R's tokenizer and further rows."""
    weights = load_file(written / "model.safetensors")
    named = {
        name.replace("roberta.", "bert."): value
        for name, value in weights.items()
        if name.startswith("roberta.")
    }
    positions, table = (
        f"bert.embeddings.{name}_embeddings.weight" for name in ("position", "word")
    )
    named[positions] = named[positions][2:]
    named[table] = np.pad(named[table], ((0, 3), (0, 0)))
    save_file(named, tmp_path / "model.safetensors")
    config = json.loads((written / "config.json").read_text())
    config |= {
        "model_type": "bert",
        "architectures": ["BertModel"],
        "max_position_embeddings": LENGTH,
        "vocab_size": config["vocab_size"] + 3,
        "pad_token_id": 0,
    }
    (tmp_path / "config.json").write_text(json.dumps(config))
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((written / name).read_bytes())
    again = load_encoder(str(tmp_path))
    np.testing.assert_allclose(
        again(inputs)["sequence_output"], encoder(inputs)["sequence_output"], atol=1e-5
    )
    assert len(again.vocabulary) == len(encoder.vocabulary) + 3
    ids = [
        build_tokenizer(own.vocabulary)(tf.constant(LINES)).to_list() for own in (again, encoder)
    ]
    assert ids[0] == ids[1]


PROGRAM = """
import sys
import numpy as np
import torch
import transformers
folder, lines = sys.argv[1], sys.argv[2:]
tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
texts = tokenizer(lines, padding="max_length", max_length=64, truncation=True, return_tensors="pt")
model = transformers.AutoModelForMaskedLM.from_pretrained(folder).eval()
plain = transformers.AutoModel.from_pretrained(folder).eval()
with torch.no_grad():
    given = dict(input_ids=texts["input_ids"], attention_mask=texts["attention_mask"])
    logits, pooled = model(**given).logits, plain(**given).pooler_output
np.savez(folder + "/found.npz", ids=texts["input_ids"], logits=logits, pooled=pooled)
"""


@pytest.mark.slow
def test_transformers_computes_the_same(encoder, written) -> None:
    if not all(importlib.util.find_spec(name) for name in ("torch", "transformers")):
        pytest.skip("needs the extra `bench`: transformers and torch")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(written), *LINES], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    theirs = np.load(written / "found.npz")
    tokenizer = build_tokenizer(encoder.vocabulary)
    inputs = tokenizer.pack(tokenizer(tf.constant(LINES)), LENGTH)
    np.testing.assert_array_equal(inputs["input_word_ids"], theirs["ids"])
    outputs = encoder(inputs)
    np.testing.assert_allclose(outputs["pooled_output"], theirs["pooled"], atol=1e-4)
    seen = tf.cast(inputs["input_mask"], tf.float32)[:, :, tf.newaxis]
    logits = MaskedLMHead(encoder)(outputs["sequence_output"], encoder.embedding_table)
    np.testing.assert_allclose(logits * seen, theirs["logits"] * seen, atol=1e-3)
