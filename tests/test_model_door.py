"""Every kind of model is compared with its manifest before anything of it is read."""

import pytest

from tests.written import finish_output
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.core import files
from tfmling.core.manifest import DamagedError
from tfmling.embedding.exported_model import ExportedModel
from tfmling.embedding.lite_model import LiteModel
from tfmling.embedding.onnx_model import OnnxModel
from tfmling.embedding.open_exported_model import open_exported_model
from tfmling.mining.selection.model_folder import load_model
from tfmling.quality.models import load_models
from tfmling.tagging.tagger_folder import load_tagger

DOORS = {
    "encoder": load_encoder,
    "exported": ExportedModel,
    "cosine": lambda folder: open_exported_model(folder, 8),
    "lite": LiteModel,
    "onnx": OnnxModel,
    "quality": load_models,
    "selection": load_model,
    "tagger": load_tagger,
}


@pytest.mark.parametrize("kind", DOORS)
@pytest.mark.parametrize("change", ["flipped", "missing"])
def test_a_damaged_model_is_refused_before_it_is_read(tmp_path, kind, change):
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
