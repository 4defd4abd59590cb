"""Which model is scored, and how its vectors are made where its folder does not say it."""

from typing import Any

import pydantic

from tfmling.conversion.encoder_settings import Pooling
from tfmling.core.config import InputPath, Settings


class ModelSource(Settings):
    """A model's folder, and what is done otherwise than it says; a bare path will do in YAML."""

    path: InputPath = pydantic.Field(
        description="encoder folder (ours, Hugging Face, sentence-transformers, KerasHub), or what "
        "export_tfhub, export_lite or export_onnx wrote"
    )
    pooling: Pooling | None = pydantic.Field(
        None, description="null: as the folder says; a plain Hugging Face BERT says nothing: cls"
    )
    dimensions: int | None = pydantic.Field(
        None, ge=1, description="first numbers of a vector that are scored; null: all"
    )

    def __str__(self) -> str:
        """As it is shown on pages."""
        said = [f"pooling {self.pooling}"] * bool(self.pooling)
        said += [f"first {self.dimensions} dimensions"] * bool(self.dimensions)
        return ", ".join([self.path, *said])

    @pydantic.model_validator(mode="before")
    @classmethod
    def _from_path(cls, value: Any) -> Any:
        return {"path": value} if isinstance(value, str) else value
