"""An encoder as TF Hub gives it, written here by Model Garden's own exporter."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.bert_folder import PIECES
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.modeling.heads import MaskedLMHead

# In a process of its own: it brings Keras 2 along.
PROGRAM = """
import sys
import numpy as np
import tensorflow as tf
from official.legacy.bert import configs
from official.nlp.tools import export_tfhub_lib as exporter
folder, vocabulary, inputs, outputs = sys.argv[1:]
config = configs.BertConfig(
    vocab_size=40, hidden_size=12, num_hidden_layers=2, num_attention_heads=3,
    intermediate_size=20, max_position_embeddings=16, type_vocab_size=2)
_, pretrainer = exporter._create_model(bert_config=config, with_mlm=True)
draw = np.random.default_rng(1)
for variable in pretrainer.variables:
    variable.assign(draw.normal(0, 0.5, variable.shape))
saved = tf.train.Checkpoint(**pretrainer.checkpoint_items).save(folder + "/../checkpoint")
exporter.export_model(folder, bert_config=config, model_checkpoint_path=saved, with_mlm=True,
                      vocab_file=vocabulary, do_lower_case=False)
model = tf.saved_model.load(folder)
given = {name: tf.constant(array) for name, array in np.load(inputs).items()}
places = tf.tile(tf.range(10)[tf.newaxis], [3, 1])
logits = model.mlm(given | {"masked_lm_positions": places})["mlm_logits"]
found = model(given)
np.savez(outputs, logits=logits, default=found["default"], states=found["encoder_outputs"],
         pooled=found["pooled_output"])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("tfhub")


@pytest.fixture
def theirs(folder, token_inputs) -> dict[str, np.ndarray]:
    pytest.importorskip("official", reason="needs the extra `bench`: tf-models-official")
    if not (folder / "outputs.npz").exists():
        (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece in PIECES))
        np.savez(folder / "inputs.npz", **token_inputs)
        names = ("encoder", "vocab.txt", "inputs.npz", "outputs.npz")
        arguments = [str(folder / name) for name in names]
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-2000:]
    return dict(np.load(folder / "outputs.npz"))


def test_outputs_and_head_are_equal(folder, theirs, token_inputs) -> None:
    encoder = load_encoder(str(folder / "encoder"))
    ours, seen = encoder(token_inputs), token_inputs["input_mask"][:, :, None]
    for own, other in zip(ours["encoder_outputs"], theirs["states"], strict=True):
        np.testing.assert_allclose(own * seen, other * seen, atol=1e-4)
    np.testing.assert_allclose(ours["pooled_output"], theirs["pooled"], atol=1e-4)
    np.testing.assert_allclose(ours["default"], theirs["default"], atol=1e-4)
    logits = MaskedLMHead(encoder)(ours["sequence_output"], encoder.embedding_table)
    np.testing.assert_allclose(logits * seen, theirs["logits"] * seen, atol=1e-3)
    assert not encoder.vocabulary.lowercase


def test_it_is_saved_as_a_folder_of_ours(folder, theirs, token_inputs, tmp_path) -> None:
    encoder = load_encoder(str(folder / "encoder"))
    save_encoder(encoder, str(tmp_path))
    again = load_encoder(str(tmp_path))
    assert again.pooling == encoder.pooling == "pooler"
    assert set(again.head_weights) == set(encoder.head_weights)
    np.testing.assert_allclose(again(token_inputs)["default"], theirs["default"], atol=1e-4)
