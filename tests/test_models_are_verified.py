"""Every kind of model is verified against its manifest before it is read."""

import pytest

from tests.written import finish_output
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.core import files
from tfmling.core.manifest import DamagedError
from tfmling.embedding.litert_embedder import LiteRTEmbedder
from tfmling.embedding.load_exported_embedder import cached_exported_embedder
from tfmling.embedding.onnx_embedder import OnnxEmbedder
from tfmling.embedding.saved_model_embedder import SavedModelEmbedder
from tfmling.mining.selection.model_folder import load_model
from tfmling.quality.models import load_models
from tfmling.tagging.tagger_folder import load_tagger

DOORS = {
    "encoder": load_encoder,
    "exported": SavedModelEmbedder,
    "cosine": lambda folder: cached_exported_embedder(folder, 8),
    "lite": LiteRTEmbedder,
    "onnx": OnnxEmbedder,
    "quality": load_models,
    "selection": load_model,
    "tagger": load_tagger,
}


@pytest.mark.parametrize("kind", DOORS)
@pytest.mark.parametrize("change", ["flipped", "missing"])
def test_a_damaged_model_is_rejected_before_it_is_read(tmp_path, kind, change):
    if kind == "onnx":
        pytest.importorskip("onnxruntime", reason="the extra `onnx` is not installed")
    if kind == "lite":
        pytest.importorskip("ai_edge_litert", reason="LiteRT is not installed")
    folder = str(tmp_path / "model")
    for name in ("saved_model.pb", "variables/variables.index", "weights.npz", "tagger.json"):
        files.write_text(f"{folder}/{name}", "what lies in it is never parsed")
    finish_output(folder)
    damaged = tmp_path / "model/variables/variables.index"
    damaged.write_text(
        "What lies in it is never parsed"
    ) if change == "flipped" else damaged.unlink()
    with pytest.raises(DamagedError, match=r"variables/variables\.index: damaged: expected"):
        DOORS[kind](folder)
