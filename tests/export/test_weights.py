"""Weights in 16 bits: half the size, vectors of the rounded weights, and back to an encoder."""

import json
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from export.settings import ExportTfhub
from export.tfhub import export_tfhub
from export.verify import VerificationError
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.embedding.keras_embedder import KerasEmbedder

TEXTS = ["habari", "good morning.", "", "xyz abc!"]


@pytest.fixture(scope="module")
def source(encoder, tmp_path_factory) -> str:
    folder = str(tmp_path_factory.mktemp("weights") / "encoder")
    save_encoder(encoder, folder)
    return folder


def export(source: str, output: Path, **changes) -> str:
    values = {"output": str(output), "encoder": source, "max_length": 12} | changes
    export_tfhub(ExportTfhub(**values))
    return str(output)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_the_size_and_nearly_the_same_vectors(source, exported, encoder, tmp_path, dtype):
    folder = export(source, tmp_path / "hub", weights=dtype)
    model = tf.saved_model.load(f"{folder}/sentence_encoder")
    assert {variable.dtype.name for variable in model.variables} == {dtype}
    assert len(model.trainable_variables) == 0
    np.testing.assert_array_equal(model(TEXTS, training=True), model(TEXTS))  # no dropout
    original = KerasEmbedder(encoder, 12).encode(TEXTS)
    difference = np.abs(model(TEXTS) - original).max()
    assert 1e-6 < difference < 0.02  # rounded, and no more than that
    sizes = [weights_bytes(f"{f}/encoder") for f in (folder, exported)]
    assert sizes[0] < 0.6 * sizes[1]
    report = json.loads((tmp_path / "hub" / "verification.json").read_text())
    assert report["weights"] == dtype
    assert 0.99 < report["rounded"]["min_cosine"] < 1
    again = load_encoder(f"{folder}/encoder")
    np.testing.assert_allclose(KerasEmbedder(again, 12).encode(TEXTS), model(TEXTS), atol=1e-5)


def weights_bytes(model: str) -> int:
    """Of the weights alone: the graph of so small a model is larger than they are."""
    return sum(path.stat().st_size for path in Path(model, "variables").glob("*.data-*"))


def test_models_with_low_cosines_are_not_published(source, tmp_path):
    with pytest.raises(VerificationError, match=r"a cosine of at least 1\.0 with"):
        export(source, tmp_path / "hub", weights="bfloat16", min_cosine=1.0)
    assert not (tmp_path / "hub").exists()


def test_first_dimensions_of_each_vector(source, encoder, tmp_path):
    folder = export(source, tmp_path / "hub", truncate_dim=4)
    model = tf.saved_model.load(f"{folder}/sentence_encoder")
    whole = KerasEmbedder(encoder, 12).encode(TEXTS)[:, :4]
    expected = whole / np.linalg.norm(whole, axis=1, keepdims=True)
    np.testing.assert_allclose(model(TEXTS), expected, atol=1e-5)
    assert model.signatures["serving_default"].structured_outputs["default"].shape[1] == 4


def test_more_dimensions_than_there_are_is_rejected(source, tmp_path):
    with pytest.raises(ValueError, match=r"truncate_dim: expected at most 16, .* got 17"):
        export(source, tmp_path / "hub", truncate_dim=17)
