"""Converts an encoder for LiteRT and publishes it once its vectors were compared.

Shapes: N texts, D width.
"""

from export.cosines import compare_cosines
from export.export_models import check_length, local_folder
from export.lite_encoder import save_lite_encoder
from export.probe_texts import PROBE_TEXTS
from export.settings import ExportLite
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.core import files, outputs
from tfmling.embedding.embed_text import TextEmbedder
from tfmling.embedding.lite_model import LiteModel
from tfmling.evaluation.model_card import LONGEST, write_model_card


def publish_lite(settings: ExportLite) -> None:
    """Exports; the output folder appears only after the model was run and compared.

    Raises:
        ConfigError: `max_length` is more than the encoder has positions for.
        VerificationError: a vector is further from the checkpoint's than `min_cosine` allows.
    """
    encoder = load_encoder(settings.encoder)
    check_length(settings.max_length, encoder)
    with outputs.publish(settings) as folder, local_folder(folder) as local:
        facts = {"weights": settings.weights, LONGEST: f"{settings.max_length} pieces"}
        write_model_card(local, settings.card, encoder, "lite", facts=facts)
        size = save_lite_encoder(encoder, settings.max_length, settings.weights, local)
        expected_ND = TextEmbedder(encoder, settings.max_length)(PROBE_TEXTS)
        compared = compare_cosines(LiteModel(local)(PROBE_TEXTS), expected_ND, settings.min_cosine)
        report = {"weights": settings.weights, "megabytes": size / 1e6, **compared}
        files.write_json(files.join(local, "verification.json"), report)
    print(
        f"{settings.weights}: {size / 1e6:.1f} MB, cosine with the checkpoint at least "
        f"{compared['min_cosine']:.5f}; published {settings.output}"
    )
