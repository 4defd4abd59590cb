"""XLM-R as `transformers` writes it: the same ids, states and logits; and after a round trip."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import keras_hub
import numpy as np
import pytest
import tensorflow as tf

from tests.sentence_piece import LINES, ODD, real_lines, trained_model
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.modeling.heads import MaskedLMHead
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.sentence_piece_proto import SentencePieceModel

LENGTH = 24

# In a process of its own: PyTorch and TensorFlow in one process do not always get along. Its
# tokenizer is made of the model's pieces, since it reads the file by another release of protobuf.
PROGRAM = """
import json
import sys
import numpy as np
import torch
import transformers
folder, length = sys.argv[1], int(sys.argv[2])
given = json.load(open(folder + "/given.json"))
vocabulary = [(piece, 0.0) for piece in ("<s>", "<pad>", "</s>", "<unk>")]
vocabulary += [tuple(piece) for piece in given["pieces"]] + [("<mask>", 0.0)]
tokenizer = transformers.XLMRobertaTokenizer(
    vocab=vocabulary, _spm_precompiled_charsmap=bytes.fromhex(given["map"]))
tokenizer.save_pretrained(folder)
torch.manual_seed(1)
config = transformers.XLMRobertaConfig(
    vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=2, num_attention_heads=4,
    intermediate_size=24, max_position_embeddings=34, type_vocab_size=1, layer_norm_eps=1e-2,
    initializer_range=0.5, pad_token_id=1, bos_token_id=0, eos_token_id=2)
model = transformers.XLMRobertaForMaskedLM(config).eval()
for name, weight in model.named_parameters():
    if "bias" in name or "LayerNorm" in name or "layer_norm" in name:
        torch.nn.init.normal_(weight, 0.5, 0.5)
model.save_pretrained(folder)
texts = dict(padding="max_length", truncation=True, max_length=length, return_tensors="pt")
one = tokenizer(given["lines"], **texts)
two = tokenizer(given["lines"], given["lines"][::-1], padding="max_length",
                max_length=3 * length, return_tensors="pt")
with torch.no_grad():
    found = model(input_ids=one["input_ids"], attention_mask=one["attention_mask"],
                  output_hidden_states=True)
np.savez(folder + "/found.npz", states=torch.stack(found.hidden_states[1:]).numpy(),
         logits=found.logits.numpy(), one=one["input_ids"].numpy(), two=two["input_ids"].numpy(),
         mask=one["attention_mask"].numpy())
cut = tokenizer(given["texts"], add_special_tokens=False)["input_ids"]
words = tokenizer([text.split() for text in given["lines"]], is_split_into_words=True,
                  add_special_tokens=False)["input_ids"]
json.dump({"cut": cut, "words": words}, open(folder + "/found.json", "w"))
"""


@pytest.fixture(scope="module")
def texts(request) -> list[str]:
    """Made-up and odd texts, and real ones if the data exists."""
    try:
        folder = request.getfixturevalue("shared_data")
    except pytest.skip.Exception:
        return LINES + ODD
    return LINES + ODD + real_lines(folder, ("deu", "hin", "jpn", "kaz", "amh"))


@pytest.fixture(scope="module")
def folder(texts, tmp_path_factory) -> Path:
    """As transformers 5 writes it, without a SentencePiece model."""
    if not all(importlib.util.find_spec(name) for name in ("torch", "transformers")):
        pytest.skip("needs the extra `bench`: transformers and torch")
    path = tmp_path_factory.mktemp("xlm_roberta")
    model = SentencePieceModel.FromString(trained_model())
    given = {
        "pieces": [(piece.piece, piece.score) for piece in model.pieces[3:]],
        "map": model.normalizer_spec.precompiled_charsmap.hex(),
        "lines": LINES,
        "texts": texts,
    }
    (path / "given.json").write_text(json.dumps(given))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), str(LENGTH)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def theirs(folder) -> dict:
    return dict(np.load(folder / "found.npz")) | json.loads((folder / "found.json").read_text())


@pytest.fixture(scope="module")
def encoder(folder):
    return load_encoder(str(folder))


@pytest.fixture(scope="module")
def tokenizer(encoder):
    return build_tokenizer(encoder.vocabulary)


@pytest.fixture
def inputs(tokenizer) -> dict[str, tf.Tensor]:
    return tokenizer.pack(tokenizer(tf.constant(LINES)), LENGTH)


def test_texts_have_xlm_rs_ids(tokenizer, texts, theirs) -> None:
    for text, ours, expected in zip(
        texts, tokenizer(tf.constant(texts)).to_list(), theirs["cut"], strict=True
    ):
        assert ours == expected, text


def test_words_have_xlm_rs_ids(tokenizer, theirs) -> None:
    for line, expected in zip(LINES, theirs["words"], strict=True):
        assert tokenizer(tf.constant(line.split())).merge_dims(0, 1).numpy().tolist() == expected


def test_rows_equal_xlm_rs(inputs, theirs) -> None:
    np.testing.assert_array_equal(inputs["input_word_ids"], theirs["one"])
    np.testing.assert_array_equal(inputs["input_mask"], theirs["mask"])


def test_pairs_equal_xlm_rs(tokenizer, theirs) -> None:
    first, second = (tokenizer(tf.constant(lines)) for lines in (LINES, LINES[::-1]))
    packed = tokenizer.pack(first, 3 * LENGTH, second)
    np.testing.assert_array_equal(packed["input_word_ids"], theirs["two"])


def _compare(encoder, inputs, theirs, tolerance: float) -> None:
    seen = theirs["mask"][:, :, None]
    outputs = encoder(inputs)
    for ours, expected in zip(outputs["encoder_outputs"], theirs["states"], strict=True):
        np.testing.assert_allclose(ours * seen, expected * seen, atol=tolerance)
    logits = MaskedLMHead(encoder)(outputs["sequence_output"], encoder.embedding_table)
    np.testing.assert_allclose(logits * seen, theirs["logits"] * seen, atol=10 * tolerance)


def test_states_and_logits_equal_xlm_rs(encoder, inputs, theirs) -> None:
    assert (encoder.layer_norm_epsilon, encoder.max_sequence_length) == (1e-2, 32)
    _compare(encoder, inputs, theirs, 1e-5)


def test_a_round_trip_changes_nothing(encoder, inputs, theirs, tmp_path) -> None:
    save_encoder(encoder, str(tmp_path))
    again = load_encoder(str(tmp_path))
    assert again.vocabulary.pieces == encoder.vocabulary.pieces
    assert again.layer_norm_epsilon == encoder.layer_norm_epsilon
    np.testing.assert_array_equal(again.embed(inputs), encoder.embed(inputs))
    _compare(again, inputs, theirs, 1e-5)
    backbone = keras_hub.models.Backbone.from_preset(str(tmp_path))
    np.testing.assert_array_equal(backbone.token_embedding.embeddings, encoder.embedding_table)


def test_a_missing_pooler_is_the_same_at_every_loading(folder, encoder, inputs) -> None:
    again = load_encoder(str(folder))
    np.testing.assert_array_equal(again(inputs)["pooled_output"], encoder(inputs)["pooled_output"])


def test_the_model_file_is_read_if_it_exists(folder, encoder, tmp_path) -> None:
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "sentencepiece.bpe.model").write_bytes(trained_model())
    assert load_encoder(str(tmp_path)).vocabulary.pieces == encoder.vocabulary.pieces


def test_a_keras_hub_preset_is_read(encoder, inputs, tmp_path) -> None:
    backbone = keras_hub.models.XLMRobertaBackbone(
        vocabulary_size=len(encoder.vocabulary),
        num_layers=2,
        num_heads=2,
        hidden_dim=8,
        intermediate_dim=12,
        max_sequence_length=32,
    )
    backbone.save_to_preset(str(tmp_path))
    keras_hub.models.XLMRobertaTokenizer(proto=trained_model()).save_to_preset(str(tmp_path))
    ours = load_encoder(str(tmp_path))(inputs)["sequence_output"]
    theirs = backbone({"token_ids": inputs["input_word_ids"], "padding_mask": inputs["input_mask"]})
    seen = tf.cast(inputs["input_mask"], tf.float32)[:, :, tf.newaxis]
    np.testing.assert_allclose(ours * seen, theirs * seen, atol=1e-5)


def test_embedded_texts_are_the_means_of_their_states(encoder, theirs) -> None:
    encoder.pooling = "mean"
    mask = theirs["mask"][:, :, None]
    means = (theirs["states"][-1] * mask).sum(axis=1) / mask.sum(axis=1)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    np.testing.assert_allclose(KerasEmbedder(encoder, LENGTH).encode(LINES), means, atol=1e-5)
