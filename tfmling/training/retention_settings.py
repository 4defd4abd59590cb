"""Settings of what keeps an extended encoder from forgetting its old languages."""

import pydantic

from tfmling.conversion.encoder_settings import EncoderPath
from tfmling.core.config import Settings


class Retention(Settings):
    """Guards, each by itself or together; replay is a task that reads old languages (docs)."""

    base: EncoderPath | None = pydantic.Field(
        None,
        description="the encoder that was extended: rows of its pieces are old, those after them "
        "new; null: all are old",
    )
    freeze_old_rows: bool = pydantic.Field(
        False, description="old rows stay bit for bit; they are not decayed either"
    )
    anchor_strength: float = pydantic.Field(
        0.0,
        ge=0,
        description="L2-SP: adds strength / 2 x |weights - weights at the start|^2 to the loss; "
        "heads and new rows are free",
    )
    lora_rank: int | None = pydantic.Field(
        None,
        ge=1,
        description="LoRA on query and value: the layers' own weights, biases too, stay; the table "
        "is trained",
    )

    @pydantic.model_validator(mode="after")
    def _frozen_rows_are_known(self) -> "Retention":
        if self.freeze_old_rows and self.base is None:
            raise ValueError("freeze_old_rows: true needs base, whose pieces' rows are frozen")
        return self
