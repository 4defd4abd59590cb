"""What is written as a Hugging Face folder is what `transformers` computes with."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest
from safetensors.numpy import load_file

from tfmling.conversion.encoder_folder import load_encoder
from tfmling.conversion.hugging_face.write import write as write_hugging_face
from tfmling.modeling.heads import MaskedLMHead, NextSentenceHead

INPUTS = {
    "input_word_ids": np.array([[2, 5, 26, 9, 3], [2, 7, 3, 0, 0]], np.int32),
    "input_mask": np.array([[1] * 5, [1, 1, 1, 0, 0]], np.int32),
    "input_type_ids": np.array([[0, 0, 0, 1, 1], [0] * 5], np.int32),
}


@pytest.fixture(scope="module")
def encoder(hugging_face_folder):
    return load_encoder(str(hugging_face_folder))


@pytest.fixture(scope="module")
def written(encoder, tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("written")
    write_hugging_face(encoder, str(folder))
    return str(folder)


def test_the_weights_that_were_read_are_written(written, bert_weights) -> None:
    found = load_file(f"{written}/model.safetensors")
    assert found.keys() == bert_weights.keys()
    for name, value in bert_weights.items():
        np.testing.assert_array_equal(found[name], value, err_msg=name)


def test_written_folders_are_read_back(encoder, written) -> None:
    again = load_encoder(written)
    assert again.vocabulary == encoder.vocabulary
    np.testing.assert_array_equal(again(INPUTS)["default"], encoder(INPUTS)["default"])


# In a process of its own: PyTorch and TensorFlow in one process do not always get along.
PROGRAM = """
import sys
import numpy as np
import torch
import transformers
folder, inputs, outputs = sys.argv[1:]
ids = {name: torch.tensor(array, dtype=torch.long) for name, array in np.load(inputs).items()}
named = dict(input_ids=ids["input_word_ids"], attention_mask=ids["input_mask"],
             token_type_ids=ids["input_type_ids"])
with torch.no_grad():
    whole = transformers.BertForPreTraining.from_pretrained(folder).eval()
    found = whole(**named, output_hidden_states=True)
    plain = transformers.BertModel.from_pretrained(folder).eval()(**named)
states = np.stack([state.numpy() for state in found.hidden_states[1:]])
cut = transformers.BertTokenizer.from_pretrained(folder)("Abc déf")["input_ids"]
np.savez(outputs, states=states, pooled=plain.pooler_output, cut=cut,
         logits=found.prediction_logits, following=found.seq_relationship_logits)
"""


@pytest.fixture(scope="module")
def theirs(written, tmp_path_factory) -> dict[str, np.ndarray]:
    if not all(importlib.util.find_spec(name) for name in ("torch", "transformers")):
        pytest.skip("needs the extra `bench`: transformers and torch")
    folder = tmp_path_factory.mktemp("transformers")
    np.savez(folder / "inputs.npz", **INPUTS)
    arguments = [written, str(folder / "inputs.npz"), str(folder / "outputs.npz")]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return dict(np.load(folder / "outputs.npz"))


def test_transformers_computes_the_same(encoder, theirs) -> None:
    ours = encoder(INPUTS)
    seen = INPUTS["input_mask"][:, :, None]
    for own, other in zip(ours["encoder_outputs"], theirs["states"], strict=True):
        np.testing.assert_allclose(own * seen, other * seen, atol=1e-4)
    np.testing.assert_allclose(ours["pooled_output"], theirs["pooled"], atol=1e-4)
    logits = MaskedLMHead(encoder)(ours["sequence_output"], encoder.embedding_table)
    np.testing.assert_allclose(logits * seen, theirs["logits"] * seen, atol=1e-3)
    following = NextSentenceHead(encoder)(ours["pooled_output"])
    np.testing.assert_allclose(following, theirs["following"], atol=1e-4)


def test_transformers_tokenizes_the_same(theirs) -> None:
    # a ##b ##c d ##e ##f: lower-cased, without accents
    assert theirs["cut"].tolist() == [2, 5, 26, 27, 8, 29, 30, 3]
