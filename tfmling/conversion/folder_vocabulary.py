"""The vocabulary of an encoder folder: ours, Hugging Face's or KerasHub's."""

from pathlib import Path

from tfmling.conversion.hugging_face.load import read_hugging_face_vocabulary
from tfmling.conversion.keras_folder import read_own_vocabulary
from tfmling.conversion.supported_layout import is_keras_folder
from tfmling.conversion.tensorflow1_checkpoint import (
    is_tensorflow1_checkpoint,
    read_released_vocabulary,
)
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary


def read_encoder_vocabulary(folder: Path) -> SubwordVocabulary:
    """The vocabulary of an encoder folder, without pieces for further rows of its table.

    Raises:
        FileNotFoundError: no vocabulary lies in the folder.
        UnsupportedLayoutError: names the file and key of what is not supported.
    """
    if is_tensorflow1_checkpoint(folder):
        return read_released_vocabulary(folder)
    if is_keras_folder(folder):
        return read_own_vocabulary(folder)
    return read_hugging_face_vocabulary(folder)
