"""Settings of heads that give labels."""

from typing import Annotated, Literal

import pydantic

from tfmling.core.config import Settings
from tfmling.corpora.annotated.schemes import Scheme


class Linear(Settings):
    """A linear layer on the encoder's last states; the encoder learns too."""

    kind: Literal["linear"]
    dropout: float = pydantic.Field(0.1, ge=0, lt=1, description="of the states")


class BilstmCrf(Settings):
    """A mix of the frozen encoder's layers, a bidirectional LSTM, a CRF (EXTEND, 2004.13640)."""

    kind: Literal["bilstm_crf"]
    num_layers: int = pydantic.Field(2, ge=1, description="of the LSTM")
    width: int = pydantic.Field(200, ge=1, description="of the LSTM, in each direction")
    dropout: float = pydantic.Field(0.5, ge=0, lt=1, description="before and after each layer")


AnyHead = Annotated[Linear | BilstmCrf, pydantic.Field(discriminator="kind")]


class LabellerDescription(Settings):
    """What a labeller is, as it is kept beside its weights."""

    head: AnyHead
    of: Literal["words", "pairs"] = pydantic.Field(description="what has a label")
    names: list[str] = pydantic.Field(min_length=1, description="the labels by number")
    scheme: Scheme | None = pydantic.Field(None, description="of labels that mark entities")
