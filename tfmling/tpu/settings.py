"""Settings of `tfmling tpu_check`."""

from typing import Literal

import pydantic

from tfmling.core.config import OutputPath, Settings
from tfmling.training.settings import OptimizerKind

ObjectiveName = Literal[
    "masked_lm", "masked_lm_parts", "next_sentence", "translation_lm", "dual_encoder",
    "dual_encoder_cached", "distillation", "alignment",
]  # fmt: skip


class EncoderShape(Settings):
    """Sizes of an encoder, and of the batch of one TPU core.

    Example:
        >>> shape = EncoderShape(vocabulary_size=30_000, batch_size=8, max_length=64)
        >>> shape.num_layers, shape.hidden_dim
        (12, 768)
    """

    vocabulary_size: int = pydantic.Field(ge=5)
    """Pieces: rows of the embedding table."""
    num_layers: int = pydantic.Field(12, ge=1)
    """Transformer layers."""
    hidden_dim: int = pydantic.Field(768, ge=1)
    """Width of the token states."""
    num_heads: int = pydantic.Field(12, ge=1)
    """Attention heads; they divide hidden_dim."""
    intermediate_dim: int = pydantic.Field(3072, ge=1)
    """Width of the feed-forward layers."""
    max_sequence_length: int = pydantic.Field(512, ge=3)
    """Positions: pieces of the longest text."""
    batch_size: int = pydantic.Field(ge=1)
    """Records per core."""
    max_length: int = pydantic.Field(ge=3)
    """Pieces per text, [CLS] and [SEP] included; longer texts are truncated."""
    max_predictions: int = pydantic.Field(20, ge=1)
    """Masked tokens per record."""


class TpuCheck(Settings):
    """Training steps to lower for a TPU, on a machine that has none.

        tfmling tpu_check --config configs/tpu_check.yaml      (make tpu-check sets it up)

    Needs the package tensorflow-tpu in place of tensorflow. Fails if a step has an operation that
    TPUs do not support, or a shape that depends on values.

    Example:
        >>> shape = {"vocabulary_size": 30_000, "batch_size": 8, "max_length": 64}
        >>> checks = {"base": {"shape": shape, "objectives": ["masked_lm"]}}
        >>> TpuCheck(output="out", checks=checks).dtypes
        ['float32', 'bfloat16']
    """

    output: OutputPath
    """The folder to write."""
    checks: dict[str, "Check"] = pydantic.Field(min_length=1)
    """Training steps to lower, by name."""
    dtypes: list[Literal["float32", "bfloat16"]] = pydantic.Field(
        ["float32", "bfloat16"], min_length=1
    )
    """Precisions to lower each step in."""


class Check(Settings):
    """One encoder, and the objectives to lower with it.

    Example:
        >>> shape = EncoderShape(vocabulary_size=30_000, batch_size=8, max_length=64)
        >>> Check(shape=shape, objectives=["masked_lm", "dual_encoder"]).optimizer
        'adamw'
    """

    shape: EncoderShape
    """Sizes of the encoder and of its batch."""
    objectives: list[ObjectiveName] = pydantic.Field(min_length=1)
    """Objectives whose step is lowered."""
    optimizer: OptimizerKind = "adamw"
    """The optimizer of the step."""
