"""Settings of the commands that export encoders, and of `nearest`."""

from typing import Literal

import pydantic

from tfmling.conversion.settings import EncoderPath, ModelCard
from tfmling.core.config import InputPath, OutputPath, Settings


class ExportTfhub(Settings):
    """SavedModels of an encoder for TF Hub: encoder, preprocessor, sentence encoder.

        tfmling export_tfhub --config configs/export_tfhub.yaml

    Then, anywhere with tensorflow, tensorflow-text and tensorflow-hub:

        python -c "import tensorflow as tf, tensorflow_text, tensorflow_hub as hub; \\
            model = hub.load('OUTPUT/sentence_encoder'); \\
            print(model(tf.constant(['habari ya asubuhi', 'good morning'])))"
    """

    output: OutputPath
    """The folder to write."""
    encoder: EncoderPath
    """Encoder folder: ours, Hugging Face, KerasHub."""
    max_length: int | None = pydantic.Field(None, ge=3)
    """Pieces to read of a text, [CLS] and [SEP] included; null: as many as the encoder reads."""

    weights: Literal["float32", "bfloat16", "float16"] = "float32"
    """Type of the stored weights; 16 bits are for inference only."""
    min_cosine: float = pydantic.Field(0.99, gt=0, le=1)
    """Minimum cosine with the checkpoint's vectors, for weights in 16 bits."""
    truncate_dim: int | None = pydantic.Field(None, ge=1)
    """First dimensions of a sentence vector to keep; null: all."""
    card: ModelCard = ModelCard()
    """What the model card says beside measured facts."""


class ExportLite(Settings):
    """A LiteRT model of an encoder (phones, browsers, small machines), with full or small weights.

        tfmling export_lite --config configs/export_lite.yaml
        tfmling export_lite --config configs/export_lite.yaml --set weights=float16

    Writes model.tflite, vocab.txt, lite.json and verification.json. `tfmling evaluate` scores it
    like any model.
    """

    output: OutputPath
    """The folder to write."""
    encoder: EncoderPath
    """Encoder folder: ours, Hugging Face, KerasHub."""
    max_length: int = pydantic.Field(64, ge=3)
    """Ids of a text, padding included."""
    weights: Literal["float32", "float16", "int8"] = "int8"
    """Type of the stored weights; int8 is the smallest."""
    min_cosine: float = pydantic.Field(0.98, gt=0, le=1)
    """Minimum cosine with the checkpoint's vector, for each probe text."""
    card: ModelCard = ModelCard()
    """What the model card says beside measured facts."""


class ExportOnnx(Settings):
    """An ONNX model of an encoder: ids in, sentence vectors out, equal to the checkpoint's.

        tfmling export_onnx --config configs/export_onnx.yaml

    Writes model.onnx, vocab.txt, onnx.json and verification.json; needs the extra `onnx`.
    `tfmling evaluate` scores it like any model.
    """

    output: OutputPath
    """The folder to write."""
    encoder: EncoderPath
    """Encoder folder: ours, Hugging Face, KerasHub."""
    max_length: int | None = pydantic.Field(None, ge=3)
    """Ids to read of a text; null: as many as the encoder reads."""
    truncate_dim: int | None = pydantic.Field(None, ge=1)
    """First dimensions of a sentence vector to keep; null: all."""
    card: ModelCard = ModelCard()
    """What the model card says beside measured facts."""


class SentenceFile(Settings):
    """A text file with one sentence per line, or a TSV file with one in a column.

    Example:
        >>> _ = open("pairs.tsv", "w").write("Water\\tMaji\\n")
        >>> SentenceFile(path="pairs.tsv", column=1).column
        1
    """

    path: InputPath
    """The text or TSV file."""
    column: int | None = pydantic.Field(None, ge=0)
    """Column of a TSV file, from 0."""
    limit: int | None = pydantic.Field(None, ge=1)
    """Number of lines to read; null: all."""


class Nearest(Settings):
    """Queries, and the sentences among which an exported model finds their nearest.

        tfmling nearest --config configs/nearest.yaml

    Prints each query with its candidates, and writes nearest.json with their cosines, the nearest
    first.
    """

    output: OutputPath
    """The folder to write."""
    model: InputPath
    """Any model that `evaluate` takes, such as a folder that export_tfhub wrote."""
    queries: list[str] | SentenceFile
    """Sentences to search with: a list, or a file."""
    candidates: list[str] | SentenceFile
    """Sentences to search among: a list, or a file."""
    k: int = pydantic.Field(1, ge=1)
    """Number of candidates per query."""
