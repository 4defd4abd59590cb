"""Settings of `convert_encoder`."""

from typing import Literal

import pydantic

from tfmling.conversion.encoder_settings import EncoderPath, Pooling
from tfmling.core.config import LocalOutputPath, Settings
from tfmling.modeling.card_settings import ModelCard


class ConvertEncoder(Settings):
    """Reads an encoder in any layout that `load_encoder` knows and writes it in another.

        tfmling convert_encoder --config configs/convert_encoder.yaml

    Reads encoder folders of tfmling, Hugging Face BERT folders (with LaBSE's Dense + tanh),
    KerasHub presets, BERT's first releases (bert_model.ckpt) and encoders that export_tfhub wrote.
    Pretraining heads are kept.
    """

    encoder: EncoderPath
    output: LocalOutputPath
    layout: Literal["keras_hub", "hugging_face", "sentence_transformers"]
    pooling: Pooling | None = pydantic.Field(
        None, description="how sentence vectors are made; null: as the encoder has it"
    )
    card: ModelCard = ModelCard()
