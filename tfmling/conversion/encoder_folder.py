"""Load, build and save encoders.

`load_encoder` reads every supported layout; docs/formats.md describes what is honoured of each. A
layout is a module with `detect(folder)`, `read(folder, policy, dropout)` and
`read_vocabulary(folder)`.
"""

from pathlib import Path
from types import ModuleType

import keras_hub

from tfmling.conversion import keras_hub_preset, saved_model, tf1_checkpoint
from tfmling.conversion.hugging_face import read as hugging_face
from tfmling.conversion.layout_files import suggest_encoders
from tfmling.conversion.settings import NewEncoder, PretrainedEncoder, StackedEncoder
from tfmling.conversion.supported_layout import check_layout, check_local
from tfmling.core import files, manifest
from tfmling.core.errors import MissingFileError
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.stack import stack_layers
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.vocabulary_files import find_vocabulary, read_vocabulary_file
from tfmling.tokenizers.word_piece_vocabulary import require_word_piece

POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


def load_encoder(path: str, *, dtype: str = "float32", dropout: float | None = None) -> Encoder:
    """Load an encoder with its vocabulary.

    Args:
        path: a folder of ours, a Hugging Face or sentence-transformers folder of BERT or XLM-R
            (safetensors), a KerasHub preset, a released BERT (bert_model.ckpt), or an encoder from
            `export_tfhub` or TF Hub (saved_model.pb); `package:name/folder` is a folder in an
            installed package.
        dtype: `float32`, or `bfloat16` for bfloat16 arithmetic over float32 variables.
        dropout: probability during training; None keeps the folder's own (BERT: 0.1).

    Raises:
        FileNotFoundError: if a file of the folder is missing.
        UnsupportedLayoutError: names the file and key that is damaged or not supported.
        ValueError: an unknown `dtype`.

    Example:
        >>> save_encoder(encoder, folder)
        >>> load_encoder(folder).pooling
        'mean'
    """
    if dtype not in POLICIES:
        raise ValueError(f"dtype: expected {' or '.join(POLICIES)}, got {dtype!r}")
    check_local(path)
    manifest.verify_once(path)
    folder = Path(files.resolve_package(path))
    return _layout(folder).read(folder, POLICIES[dtype], dropout)


def read_encoder_vocabulary(folder: Path) -> SubwordVocabulary:
    """Read the vocabulary of an encoder folder, without padding to the size of its table.

    This checks all small files of the folder; weights are not read.

    Raises:
        FileNotFoundError: if the folder has no encoder or no vocabulary.
        UnsupportedLayoutError: names the file and key that is not supported.

    Example:
        >>> save_encoder(encoder, folder)
        >>> read_encoder_vocabulary(Path(folder)) == encoder.vocabulary
        True
    """
    return _layout(folder).read_vocabulary(folder)


def _layout(folder: Path) -> ModuleType:
    """The module that reads a folder."""
    for layout in (tf1_checkpoint, saved_model):
        if layout.detect(folder):
            return layout
    check_layout(folder)
    for layout in (keras_hub_preset, hugging_face):
        if layout.detect(folder):
            return layout
    raise MissingFileError(
        f"{folder / 'config.json'}: no such file; expected an encoder folder of tfmling, a "
        "Hugging Face folder of BERT or XLM-R with model.safetensors, or a KerasHub preset"
        f"{suggest_encoders(folder)}"
    )


def save_encoder(encoder: Encoder, folder: str) -> None:
    """Write an encoder into an existing or new local folder; `load_encoder` reads it.

    Raises:
        OSError: if there is not enough space.

    Example:
        >>> save_encoder(encoder, folder)
        >>> sorted(path.name for path in Path(folder).glob("*.json"))[:3]
        ['config.json', 'encoder.json', 'metadata.json']
    """
    keras_hub_preset.write(encoder, folder)


def build_encoder(
    settings: PretrainedEncoder | NewEncoder | StackedEncoder,
    *,
    dtype: str = "float32",
    pooling: str | None = None,
) -> Encoder:
    """Build the encoder that settings describe: loaded, stacked, or new with random weights.

    Args:
        settings: of the encoder.
        dtype: as in `load_encoder`.
        pooling: replaces the folder's own; None keeps it (a new encoder: mean).

    Raises:
        ValueError: if the number of layers is not a multiple of those that are stacked.

    Example:
        >>> encoder.vocabulary.write("vocab.txt")
        >>> settings = NewEncoder(kind="new", vocabulary="vocab.txt", num_layers=1, hidden_dim=8,
        ...                       num_heads=2, intermediate_dim=8)
        >>> build_encoder(settings).embedding_dim
        8
    """
    if isinstance(settings, NewEncoder):
        return _new_encoder(settings, dtype, pooling or "mean")
    encoder = load_encoder(settings.path, dtype=dtype, dropout=settings.dropout)
    if isinstance(settings, StackedEncoder):
        encoder = stack_layers(encoder, settings.num_layers)
    encoder.pooling = pooling or encoder.pooling
    return encoder


def _new_encoder(settings: NewEncoder, dtype: str, pooling: str) -> Encoder:
    path = find_vocabulary(settings.vocabulary) or settings.vocabulary
    vocabulary = read_vocabulary_file(path, settings.lowercase)
    if settings.pad_vocabulary_to is not None:
        own = require_word_piece(vocabulary, "encoder.pad_vocabulary_to")
        vocabulary = own.padded_to(settings.pad_vocabulary_to)
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(vocabulary.pieces),
        num_layers=settings.num_layers,
        num_heads=settings.num_heads,
        hidden_dim=settings.hidden_dim,
        intermediate_dim=settings.intermediate_dim,
        dropout=settings.dropout,
        max_sequence_length=settings.max_sequence_length,
        dtype=POLICIES[dtype],
    )
    return Encoder(backbone, vocabulary, pooling=pooling, hidden_act="gelu")
