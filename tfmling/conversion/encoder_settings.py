"""Settings of the encoder."""

from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic

from tfmling.conversion.supported_layout import check_layout, check_local
from tfmling.core import files
from tfmling.core.config import InputPath, Settings
from tfmling.modeling.pooling_kinds import Pooling as Pooling


def _local(path: Any) -> Any:
    if isinstance(path, str):
        check_local(path)
    return path


def _supported(path: str) -> str:
    if not path.startswith(files.PACKAGE):
        check_layout(Path(path))
    return path


# looked at first: installing the package of a remote file system would not help
EncoderPath = Annotated[
    InputPath, pydantic.BeforeValidator(_local), pydantic.AfterValidator(_supported)
]


class PretrainedEncoder(Settings):
    """An encoder folder: of ours, or of Hugging Face or KerasHub (BERT, XLM-R)."""

    kind: Literal["directory"]
    path: EncoderPath
    dropout: float | None = pydantic.Field(None, ge=0, lt=1, description="null: 0.1, as BERT")


class NewEncoder(Settings):
    """A BERT encoder with random weights."""

    kind: Literal["new"]
    vocabulary: InputPath = pydantic.Field(
        description="vocab.txt, a SentencePiece model with XLM-R's specials, or a folder of one"
    )
    lowercase: bool = False
    pad_vocabulary_to: int | None = pydantic.Field(
        None,
        ge=1,
        description="pieces [unused1], [unused2] ... fill the table up to so many rows, as BERT's "
        "own do: room for later pieces, or the size of a vocabulary that is not at hand",
    )
    num_layers: int = pydantic.Field(12, ge=1)
    hidden_dim: int = pydantic.Field(768, ge=1)
    num_heads: int = pydantic.Field(12, ge=1)
    intermediate_dim: int = pydantic.Field(3072, ge=1)
    max_sequence_length: int = pydantic.Field(512, ge=3)
    dropout: float = pydantic.Field(0.1, ge=0, lt=1)

    @pydantic.model_validator(mode="after")
    def _heads_divide_width(self) -> "NewEncoder":
        if self.hidden_dim % self.num_heads:
            raise ValueError(
                f"hidden_dim must be a multiple of num_heads; got {self.hidden_dim} and "
                f"{self.num_heads}"
            )
        return self


class StackedEncoder(Settings):
    """An encoder that is deeper than the one whose weights start it (LaBSE, 2007.01852)."""

    kind: Literal["stacked"]
    path: EncoderPath = pydantic.Field(description="folder of the smaller encoder")
    num_layers: int = pydantic.Field(ge=1, description="a multiple of the smaller one's")
    dropout: float | None = pydantic.Field(None, ge=0, lt=1, description="null: 0.1, as BERT")


EncoderSource = Annotated[
    PretrainedEncoder | NewEncoder | StackedEncoder, pydantic.Field(discriminator="kind")
]
