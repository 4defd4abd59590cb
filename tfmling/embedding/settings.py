"""Settings that name a model to encode sentences with."""

from typing import Any

import pydantic

from tfmling.conversion.settings import Pooling
from tfmling.core.config import InputPath, Settings


class ModelSource(Settings):
    """A model folder, and settings that replace the folder's own; in YAML, a path is enough.

    Example:
        >>> str(ModelSource(path=".", pooling="cls", truncate_dim=128))
        '., pooling cls, first 128 dimensions'
    """

    # a path alone is accepted too
    model_config = pydantic.ConfigDict(json_schema_extra={"type": ["object", "string"]})

    path: InputPath
    """Folder of an encoder (ours, Hugging Face, sentence-transformers, KerasHub), or an output of
    export_tfhub, export_lite or export_onnx.
    """
    pooling: Pooling | None = None
    """How token states become a sentence vector; null: as in the folder. cls for a plain Hugging
    Face BERT.
    """
    truncate_dim: int | None = pydantic.Field(None, ge=1)
    """Number of leading dimensions to use; null: all."""

    def __str__(self) -> str:
        """The text that pages show."""
        parts = [f"pooling {self.pooling}"] * bool(self.pooling)
        parts += [f"first {self.truncate_dim} dimensions"] * bool(self.truncate_dim)
        return ", ".join([self.path, *parts])

    @pydantic.model_validator(mode="before")
    @classmethod
    def _from_path(cls, value: Any) -> Any:
        return {"path": value} if isinstance(value, str) else value
