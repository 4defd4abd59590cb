"""A small encoder with random weights and its export, once for all tests."""

import keras
import keras_hub
import pytest

from export.settings import ExportTfhub
from export.tfhub import export_tfhub
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.modeling.encoder import Encoder
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary

MAX_LENGTH = 12
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PIECES = (*SPECIAL_PIECES, "habari", "good", "morning", ".", "!", "ก", *LETTERS)


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    keras.utils.set_random_seed(7)
    vocabulary = WordPieceVocabulary(
        (*PIECES, *(f"##{letter}" for letter in LETTERS)), lowercase=True
    )
    backbone = keras_hub.models.BertBackbone(
        vocabulary_size=len(vocabulary),
        num_layers=2,
        num_heads=2,
        hidden_dim=16,
        intermediate_dim=32,
        max_sequence_length=MAX_LENGTH,
        dropout=0.1,
    )
    return Encoder(backbone, vocabulary, pooling="mean")


@pytest.fixture(scope="session")
def exported(encoder, tmp_path_factory) -> str:
    """A folder that `export_tfhub` published; its encoder folder no longer exists."""
    folder = tmp_path_factory.mktemp("export")
    source = folder / "encoder_folder"
    source.mkdir()
    save_encoder(encoder, str(source))
    settings = ExportTfhub(output=str(folder / "hub"), encoder=str(source), max_length=MAX_LENGTH)
    export_tfhub(settings)
    source.rename(folder / "moved")
    return settings.output
