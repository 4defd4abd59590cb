"""Writes an encoder for `transformers`, for sentence-transformers, or as a KerasHub preset of ours.

    python -m tfmling.convert_encoder --config configs/convert_encoder.yaml

Reads encoder folders of ours, Hugging Face BERT folders (with LaBSE's Dense + tanh), KerasHub
presets, BERT's first releases (bert_model.ckpt) and encoders that export_tfhub wrote.
Pretraining heads are kept.
"""

from collections.abc import Sequence

from tfmling.conversion.convert_settings import ConvertEncoder
from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, loads the encoder, writes it."""
    settings, _ = parse_command_line(ConvertEncoder, __doc__, arguments)
    from tfmling.conversion.encoder_folder import load_encoder, save_encoder
    from tfmling.conversion.hugging_face_writer import note_unsaid, write_hugging_face
    from tfmling.conversion.sentence_transformers_folder import write_sentence_transformers
    from tfmling.core import outputs  # TensorFlow only now
    from tfmling.evaluation.model_card import write_model_card

    writers = {
        "keras_hub": save_encoder,
        "hugging_face": write_hugging_face,
        "sentence_transformers": write_sentence_transformers,
    }
    encoder = load_encoder(settings.encoder)
    encoder.pooling = settings.pooling or encoder.pooling
    if settings.layout == "hugging_face":
        note_unsaid(encoder)
    with outputs.publish(settings) as folder:
        writers[settings.layout](encoder, folder)
        write_model_card(folder, settings.card, encoder, settings.layout)
    print(f"{settings.layout} folder written to {settings.output}")


if __name__ == "__main__":
    main()
