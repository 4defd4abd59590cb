"""ONNX models: the checkpoint's vectors, for any batch and any text."""

import json
import sys

import numpy as np
import pytest
import yaml

pytest.importorskip("tf2onnx", reason="tf2onnx is not installed (extra onnx)")
pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed (extra onnx)")

from export.verify import VerificationError, compare_vectors
from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.embedding.load_embedder import load_embedder

TEXTS = ["habari good morning", "", "morning .", "abc " * 40, "good\0morning 👍 ก", "x" * 5000]


def run(folder, **changes) -> str:
    settings = {"output": f"{folder}/onnx", "encoder": f"{folder}/encoder", "max_length": 12}
    (folder / "onnx.yaml").write_text(yaml.safe_dump(settings | changes))
    main(["export_onnx", "--config", f"{folder}/onnx.yaml"])
    return settings["output"]


def test_vectors_are_the_checkpoints(encoder, tmp_path, capsys):
    save_encoder(encoder, f"{tmp_path}/encoder")
    output = run(tmp_path)
    embedder = load_embedder(output, max_length=99, batch_size=2)
    np.testing.assert_allclose(
        embedder.encode(TEXTS), KerasEmbedder(encoder, 12).encode(TEXTS), atol=1e-5
    )
    assert embedder.encode([]).shape == (0, 16)
    empty = KerasEmbedder(encoder, 12).encode([""])
    np.testing.assert_allclose(embedder.encode([""]), empty, atol=1e-5)  # a batch without any piece
    assert "published" in capsys.readouterr().out
    report = json.loads((tmp_path / "onnx" / "verification.json").read_text())
    assert 0 < report["max_difference"] <= 1e-5


def test_first_dimensions_of_each_vector(encoder, tmp_path):
    save_encoder(encoder, f"{tmp_path}/encoder")
    embedder = load_embedder(run(tmp_path, truncate_dim=4), max_length=99, batch_size=2)
    expected = KerasEmbedder(encoder, 12, truncate_dim=4).encode(TEXTS)
    np.testing.assert_allclose(embedder.encode(TEXTS), expected, atol=1e-5)


def test_weights_too_large_for_one_file_are_rejected(encoder, tmp_path, monkeypatch):
    save_encoder(encoder, f"{tmp_path}/encoder")
    monkeypatch.setattr("export.onnx.LARGEST_BYTES", 1000)
    with pytest.raises(SystemExit, match=r"encoder: expected weights below 1,000 bytes, .* trim"):
        run(tmp_path)
    assert not (tmp_path / "onnx").exists()


def test_a_missing_package_fails_before_the_encoder_is_loaded(tmp_path, monkeypatch):
    (tmp_path / "encoder").mkdir()  # nothing in it that could be loaded
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    with pytest.raises(SystemExit, match=r"tf2onnx is not installed.* -e '\.\[onnx\]'"):
        run(tmp_path)


def test_vectors_that_differ_are_rejected():
    vectors = np.eye(2, dtype=np.float32)
    assert compare_vectors(vectors + 5e-5, vectors, 1e-4) == pytest.approx(5e-5, rel=1e-2)
    with pytest.raises(VerificationError, match=r"within 0.0001 .* got 0.001"):
        compare_vectors(vectors + 1e-3, vectors, 1e-4)
