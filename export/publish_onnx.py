"""Writes an ONNX model, compares it with the checkpoint, and publishes it."""

import numpy as np

from export.export_models import check_dimensions, local_folder, text_length
from export.onnx_encoder import save_onnx_encoder
from export.probe_texts import PROBE_TEXTS
from export.settings import ExportOnnx
from export.verify import VerificationError
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.core import extras, files, outputs
from tfmling.embedding.embed_text import TextEmbedder
from tfmling.embedding.onnx_model import OnnxModel
from tfmling.evaluation.model_card import LONGEST, write_model_card

TOLERANCE = 1e-4
_ORDER = "tf2onnx orders and names nodes by Python's string hashes, which each process seeds anew"
VARYING = {
    "model.onnx": _ORDER,
    "verification.json": f"its sums are rounded in that order: {_ORDER}",
}


def publish_onnx(settings: ExportOnnx) -> None:
    """Exports; the output folder appears only after the model was run and compared.

    Raises:
        ConfigError: `max_length` or `dimensions` is more than the encoder has, or its weights are
            more than one ONNX file holds.
        MissingPackageError: the extra `onnx` is not installed.
        VerificationError: a vector differs from the checkpoint's by more than TOLERANCE.
    """
    for package in ("tf2onnx", "onnxruntime"):
        extras.require(package, "onnx")  # said before an encoder is loaded
    encoder = load_encoder(settings.encoder)
    max_length = text_length(settings.max_length, encoder)
    check_dimensions(settings.dimensions, encoder)
    with (
        outputs.publish(settings, varying_results=VARYING) as folder,
        local_folder(folder) as local,
    ):
        facts = {LONGEST: f"{max_length} pieces"}
        write_model_card(local, settings.card, encoder, "onnx", facts=facts)
        size = save_onnx_encoder(encoder, max_length, local, settings.dimensions)
        embed = TextEmbedder(encoder, max_length, dimensions=settings.dimensions)
        difference = compare(OnnxModel(local)(PROBE_TEXTS), embed(PROBE_TEXTS))
        report = {
            "megabytes": size / 1e6, "texts": len(PROBE_TEXTS), "tolerance": TOLERANCE,
            "max_difference": difference,
        }  # fmt: skip
        files.write_json(files.join(local, "verification.json"), report)
    print(f"{size / 1e6:.1f} MB, vectors within {difference:.1g}; published {settings.output}")


def compare(got_ND: np.ndarray, expected_ND: np.ndarray) -> float:
    """The largest difference.

    Raises:
        VerificationError: it is more than TOLERANCE, or none.
    """
    difference = float(np.abs(got_ND - expected_ND).max())
    if not difference <= TOLERANCE:
        raise VerificationError(
            f"expected vectors within {TOLERANCE:g} of the checkpoint's, got {difference:.3g}. "
            "Nothing was published."
        )
    return difference
