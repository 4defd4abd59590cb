"""Settings of how labelled text becomes batches."""

import pydantic

from tfmling.core.config import Settings

SPECIALS = 2  # [CLS] and [SEP]


class LabelledInputs(Settings):
    """How long a row is, and how many rows a batch has."""

    max_length: int = pydantic.Field(128, ge=5, description="pieces, with [CLS] and [SEP]")
    overlap: int = pydantic.Field(
        32, ge=0, description="pieces that the windows of a longer sentence share"
    )
    batch_size: int = pydantic.Field(16, ge=1, description="over all replicas")
    length_step: int | None = pydantic.Field(
        16,
        ge=1,
        description="a batch is as long as its longest row, rounded up to a multiple of this; "
        "null: always max_length, which TPUs need",
    )

    @pydantic.model_validator(mode="after")
    def _windows_go_on(self) -> "LabelledInputs":
        if self.overlap >= self.max_length - SPECIALS:
            raise ValueError(
                f"overlap must be less than max_length - {SPECIALS}; got {self.overlap} and "
                f"{self.max_length}"
            )
        return self
