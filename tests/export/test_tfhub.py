"""The published folder as a whole, and exports that must not be published."""

import json
import shutil
import tarfile
from pathlib import Path

import pytest
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from export import tfhub
from export.checks import local_folder
from export.settings import ExportTfhub
from export.verify import VerificationError
from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.core import files, manifest

MODELS = ("encoder", "preprocessor", "sentence_encoder")


def test_folder_is_complete(exported):
    assert manifest.has_manifest(exported)
    found = {path.name for path in Path(exported).iterdir()}
    archives = {f"{name}.tar.gz" for name in MODELS}
    assert found == {
        *MODELS,
        *archives,
        "verification.json",
        "config.yaml",
        "README.md",
        "MANIFEST.json",
    }


def test_the_card_is_not_headed_with_the_unfinished_folder(exported):
    assert "# Sentence encoder" in (Path(exported) / "README.md").read_text().splitlines()


def test_verification_says_what_was_compared(exported, encoder):
    report = json.loads((Path(exported) / "verification.json").read_text())
    assert report["vocabulary_sha256"] == encoder.vocabulary.sha256
    assert report["models"].keys() == set(MODELS)
    compared = report["models"]["encoder"]["max_difference"]
    assert {"call/default", "signature/encoder_outputs_1", "call/sequence_output"} < set(compared)
    assert set(report["models"]["preprocessor"]["max_difference"].values()) == {0.0}
    of_sentences = report["models"]["sentence_encoder"]["max_difference"]
    ways = ("call", "signature", "alone", "token_ids")
    assert of_sentences.keys() == {f"{way}/default" for way in ways}
    worst = max(of_sentences.values())
    assert 0 < worst <= 1e-5  # not bit-equal: another batch, another padding


@pytest.mark.parametrize("name", MODELS)
def test_no_keras_object_is_saved(exported, name):
    saved = saved_model_pb2.SavedModel()
    saved.ParseFromString((Path(exported) / name / "saved_model.pb").read_bytes())
    nodes = saved.meta_graphs[0].object_graph_def.nodes
    kinds = {node.user_object.identifier for node in nodes if node.HasField("user_object")}
    assert kinds <= {
        "_generic_user_object",
        "trackable_list_wrapper",
        "signature_map",
        "tf_module",
    }


def test_archives_hold_the_model_at_their_root(exported, tmp_path):
    with tarfile.open(Path(exported) / "preprocessor.tar.gz") as archive:
        assert {"saved_model.pb", "assets/vocab.txt", "variables/variables.index"} < set(
            archive.getnames()
        )
        archive.extractall(tmp_path, filter="data")
    assert tf.saved_model.load(str(tmp_path))(["good"])["input_word_ids"].shape == (1, 12)


def test_other_weights_are_not_published(encoder, exported, tmp_path, monkeypatch):
    """The models of one encoder do not pass as the models of another one."""
    table = encoder.embedding_table
    original = table.numpy()
    table.assign(original[::-1])
    save_encoder(encoder, str(tmp_path / "second"))
    table.assign(original)
    monkeypatch.setattr(
        tfhub,
        "write_models",
        lambda encoder, settings, folder, say: shutil.copytree(
            exported, folder, dirs_exist_ok=True
        ),
    )
    settings = ExportTfhub(
        output=str(tmp_path / "hub"), encoder=str(tmp_path / "second"), max_length=12
    )
    with pytest.raises(VerificationError, match=r"encoder: .* differs from the checkpoint by"):
        tfhub.export_tfhub(settings)
    assert {path.name for path in tmp_path.iterdir()} == {"second"}


def test_a_length_above_the_encoders_is_one_line(encoder, tmp_path):
    save_encoder(encoder, str(tmp_path / "encoder"))
    config = tmp_path / "export.yaml"
    config.write_text(f"output: {tmp_path}/hub\nencoder: {tmp_path}/encoder\nmax_length: 13\n")
    with pytest.raises(SystemExit, match=r"max_length: expected at most 12, .* got 13"):
        main(["export_tfhub", "--config", str(config)])
    assert not (tmp_path / "hub").exists()


def test_a_difference_from_the_checkpoint_is_one_line(encoder, tmp_path):
    save_encoder(encoder, str(tmp_path / "encoder"))
    config = tmp_path / "export.yaml"
    paths = f"output: {tmp_path}/hub\nencoder: {tmp_path}/encoder\nmax_length: 12\n"
    config.write_text(f"{paths}weights: bfloat16\nmin_cosine: 1.0\n")
    with pytest.raises(SystemExit, match=r"at least 1"):
        main(["export_tfhub", "--config", str(config)])
    assert not (tmp_path / "hub").exists()


@pytest.mark.parametrize("command", ["export_tfhub", "export_lite"])
def test_a_folder_without_an_encoder_is_one_line(tmp_path, command):
    (tmp_path / "encoder").mkdir()
    config = tmp_path / "export.yaml"
    config.write_text(f"output: {tmp_path}/hub\nencoder: {tmp_path}/encoder\n")
    with pytest.raises(SystemExit, match=r"config.json: no such file; expected an encoder folder"):
        main([command, "--config", str(config)])


def test_a_remote_folder_gets_what_was_made_locally(tmp_path):
    with local_folder("memory://hub/models") as local:
        (Path(local) / "encoder").mkdir()
        (Path(local) / "encoder" / "saved_model.pb").write_bytes(b"graph")
    assert not Path(local).exists()
    with files.open_binary("memory://hub/models/encoder/saved_model.pb") as file:
        assert file.read() == b"graph"


def test_a_local_folder_is_worked_in_directly(tmp_path):
    with local_folder(str(tmp_path)) as local:
        assert local == str(tmp_path)
