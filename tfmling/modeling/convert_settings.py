"""Settings of `convert_encoder`."""

from typing import Literal

import pydantic

from tfmling.config import InputPath, OutputPath, Settings
from tfmling.modeling.card_settings import ModelCard


class ConvertEncoder(Settings):
    """Reads an encoder in any layout that `load_encoder` knows and writes it in another."""

    encoder: InputPath
    output: OutputPath
    layout: Literal["keras_hub", "hugging_face", "sentence_transformers"]
    pooling: Literal["mean", "cls", "pooler"] | None = pydantic.Field(
        None, description="how sentence vectors are made; null: as the encoder has it"
    )
    card: ModelCard = ModelCard()
