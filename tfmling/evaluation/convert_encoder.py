"""Conversion of an encoder from one layout to another, with a model card."""

from tfmling.conversion.convert_settings import ConvertEncoder
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.conversion.hugging_face_writer import note_unsaid, write_hugging_face
from tfmling.conversion.sentence_transformers_folder import write_sentence_transformers
from tfmling.core import outputs
from tfmling.evaluation.model_card import write_model_card

_WRITERS = {
    "keras_hub": save_encoder,
    "hugging_face": write_hugging_face,
    "sentence_transformers": write_sentence_transformers,
}


def convert_encoder(settings: ConvertEncoder) -> None:
    """Load an encoder and publish it in another layout."""
    encoder = load_encoder(settings.encoder)
    encoder.pooling = settings.pooling or encoder.pooling
    if settings.layout == "hugging_face":
        note_unsaid(encoder)
    with outputs.publish(settings) as folder:
        _WRITERS[settings.layout](encoder, folder)
        write_model_card(folder, settings.card, encoder, settings.layout)
    print(f"{settings.layout} folder written to {settings.output}")
