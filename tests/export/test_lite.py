"""LiteRT models: float weights give the checkpoint's vectors, small ones nearly."""

import json

import numpy as np
import pytest
import yaml

from export.verify import VerificationError, compare_cosines
from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.embedding.load_embedder import load_embedder

TEXTS = ["habari good morning", "", "morning .", "abc " * 40]


@pytest.fixture(scope="module")
def folder(encoder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lite")
    save_encoder(encoder, str(folder / "encoder"))
    return folder


def run(folder, weights: str, **changes) -> str:
    settings = {"output": f"{folder}/{weights}", "encoder": f"{folder}/encoder", "max_length": 12}
    settings |= {"weights": weights} | changes
    (folder / "lite.yaml").write_text(yaml.safe_dump(settings))
    main(["export_lite", "--config", f"{folder}/lite.yaml"])
    return settings["output"]


@pytest.mark.parametrize(("weights", "tolerance"), [("float32", 1e-5), ("float16", 2e-3)])
def test_float_weights_reproduce_the_checkpoint(folder, encoder, weights, tolerance):
    output = run(folder, weights)
    got = load_embedder(output, max_length=99, batch_size=2).encode(TEXTS)
    np.testing.assert_allclose(got, KerasEmbedder(encoder, 12).encode(TEXTS), atol=tolerance)
    assert json.loads((folder / weights / "verification.json").read_text())["weights"] == weights


def test_int8_weights_are_a_quarter_of_the_size(folder, encoder, capsys):
    output = run(folder, "int8", min_cosine=0.9)
    assert "published" in capsys.readouterr().out
    got = load_embedder(output, max_length=99, batch_size=2).encode(TEXTS)
    cosines = np.sum(got * KerasEmbedder(encoder, 12).encode(TEXTS), axis=1)
    assert cosines.min() > 0.9
    assert not np.array_equal(got, KerasEmbedder(encoder, 12).encode(TEXTS))


def test_no_text_gives_no_vector(folder):
    output = run(folder, "float32")
    assert load_embedder(output, 12, 1).encode([]).shape == (0, 16)


def test_models_with_low_cosines_are_rejected():
    expected = np.eye(2, dtype=np.float32)
    turned = np.array([[1, 0], [0.6, 0.8]], np.float32)
    assert compare_cosines(turned, expected, 0.5)["min_cosine"] == pytest.approx(0.8)
    with pytest.raises(VerificationError, match=r"at least 0.9 .* got 0.80000"):
        compare_cosines(turned, expected, 0.9)
    with pytest.raises(VerificationError, match="got nan"):
        compare_cosines(turned * np.nan, expected, 0.9)
