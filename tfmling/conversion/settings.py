"""Settings that name or describe encoders; importable without TensorFlow."""

from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic

from tfmling.conversion.supported_layout import check_layout, check_local
from tfmling.core import files
from tfmling.core.config import InputPath, LocalOutputPath, Settings
from tfmling.core.languages import Language
from tfmling.modeling.pooling_kinds import Pooling as Pooling


def _local(path: Any) -> Any:
    if isinstance(path, str):
        check_local(path)
    return path


def _supported(path: str) -> str:
    if not path.startswith(files.PACKAGE):
        check_layout(Path(path))
    return path


# `_local` runs first: installing the package of a remote file system would not help
EncoderPath = Annotated[
    InputPath, pydantic.BeforeValidator(_local), pydantic.AfterValidator(_supported)
]


class PretrainedEncoder(Settings):
    """An encoder folder: of ours, or of Hugging Face or KerasHub; in YAML, a path is enough.

    Example:
        >>> PretrainedEncoder(path=".").dropout is None
        True
    """

    # a path alone is accepted too
    model_config = pydantic.ConfigDict(json_schema_extra={"type": ["object", "string"]})

    kind: Literal["directory"] = "directory"
    path: EncoderPath
    """The encoder folder."""
    dropout: float | None = pydantic.Field(None, ge=0, lt=1)
    """Dropout probability during training; null: the folder's own."""


class NewEncoder(Settings):
    """A BERT encoder with random weights.

    Example:
        >>> values = dict(vocabulary=folder, hidden_dim=8, num_heads=3)
        >>> NewEncoder(kind="new", **values)  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
            ...
        ValidationError: hidden_dim must be a multiple of num_heads; got 8 and 3
    """

    kind: Literal["new"]
    vocabulary: InputPath
    """File vocab.txt, a SentencePiece model with XLM-R's special pieces, or a folder that contains
    one.
    """
    lowercase: bool = False
    """Whether text is lower-cased and accents are stripped."""
    pad_vocabulary_to: int | None = pydantic.Field(None, ge=1)
    """Rows of the embedding table. Missing ones are filled with [unused1], [unused2], ... as in
    BERT: room for later pieces, or the size of another vocabulary.
    """
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
    dropout: float = pydantic.Field(0.1, ge=0, lt=1)
    """Dropout probability during training."""

    @pydantic.model_validator(mode="after")
    def _heads_divide_width(self) -> "NewEncoder":
        if self.hidden_dim % self.num_heads:
            raise ValueError(
                f"hidden_dim must be a multiple of num_heads; got {self.hidden_dim} and "
                f"{self.num_heads}"
            )
        return self


class StackedEncoder(Settings):
    """An encoder that is initialized from a shallower one by stacking (LaBSE, 2007.01852).

    Example:
        >>> StackedEncoder(kind="stacked", path=".", num_layers=12).num_layers
        12
    """

    kind: Literal["stacked"]
    path: EncoderPath
    """Folder of the smaller encoder."""
    num_layers: int = pydantic.Field(ge=1)
    """A multiple of the smaller encoder's number of layers."""
    dropout: float | None = pydantic.Field(None, ge=0, lt=1)
    """Dropout probability during training; null: the folder's own."""


def _as_mapping(value: Any) -> Any:
    """Accept a path alone, and a path with options without their kind."""
    if isinstance(value, str):
        return {"kind": "directory", "path": value}
    if not isinstance(value, dict) or "kind" in value:
        return value
    keys = set(value)
    for kind, model in (("new", NewEncoder), ("stacked", StackedEncoder)):
        if keys <= set(model.model_fields) and not keys <= set(PretrainedEncoder.model_fields):
            raise ValueError(f"expected `kind: {kind}` beside {', '.join(value)}")
    return {"kind": "directory"} | value


EncoderSource = Annotated[
    PretrainedEncoder | NewEncoder | StackedEncoder,
    pydantic.Field(discriminator="kind"),
    pydantic.BeforeValidator(_as_mapping),
]


class ModelCard(Settings):
    """Content of the model card (README.md) that cannot be derived from the model.

    Example:
        >>> ModelCard(languages=["sw"], license="cc-by-4.0").languages
        ['sw']
    """

    name: str | None = None
    """Name of the model; null: Sentence encoder."""
    languages: list[Language] = pydantic.Field([])
    """Languages that the model was trained on."""
    license: str | None = None
    """License as spelled on Hugging Face, such as apache-2.0."""
    base_model: str | None = None
    """The encoder that training started from, by its name or address."""
    data: list[InputPath] = pydantic.Field([])
    """Folders of build_monolingual and build_bitext, with data_card.json."""
    scores: InputPath | None = None
    """Folder that evaluate wrote."""
    scored_as: str | None = None
    """The model's name in the scores; null: the last one."""
    limits: list[str] = pydantic.Field([])
    """A sentence each."""


class ConvertEncoder(Settings):
    """Convert an encoder to another layout.

        tfmling convert_encoder --config configs/convert_encoder.yaml

    Reads encoder folders of tfmling, Hugging Face BERT folders (with LaBSE's Dense + tanh),
    KerasHub presets, TF1 BERT checkpoints (bert_model.ckpt) and encoders that export_tfhub wrote.
    Pretraining heads are kept.

    Example:
        >>> settings = ConvertEncoder(encoder=folder, output="out", layout="sentence_transformers")
        >>> settings.card.languages
        []
    """

    encoder: EncoderPath
    """The encoder folder to read."""
    output: LocalOutputPath
    """The folder to write."""
    layout: Literal["keras_hub", "hugging_face", "sentence_transformers"]
    """The layout to write."""
    pooling: Pooling | None = None
    """Pooling of sentence vectors; null: the encoder's own."""
    card: ModelCard = ModelCard()
    """What the model card says beside measured facts."""
