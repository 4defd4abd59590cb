"""Conversion of an encoder from one layout to another, with a model card."""

from tfmling.conversion import keras_hub_preset, sentence_transformers
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.conversion.hugging_face import write as hugging_face
from tfmling.conversion.settings import ConvertEncoder
from tfmling.core import outputs
from tfmling.evaluation.model_card import write_model_card

_WRITERS = {
    "keras_hub": keras_hub_preset.write,
    "hugging_face": hugging_face.write,
    "sentence_transformers": sentence_transformers.write,
}


def convert_encoder(settings: ConvertEncoder) -> None:
    """Load an encoder and publish it in another layout.

    Example:
        >>> from tfmling.conversion.encoder_folder import save_encoder
        >>> save_encoder(encoder, "trained")
        >>> convert_encoder(ConvertEncoder(encoder="trained", output="out", layout="hugging_face"))
        hugging_face folder written to out
    """
    encoder = load_encoder(settings.encoder)
    encoder.pooling = settings.pooling or encoder.pooling
    if settings.layout == "hugging_face":
        hugging_face.note_lost_pooling(encoder)
    with outputs.publish(settings) as folder:
        _WRITERS[settings.layout](encoder, folder)
        write_model_card(folder, settings.card, encoder, settings.layout)
    print(f"{settings.layout} folder written to {settings.output}")
