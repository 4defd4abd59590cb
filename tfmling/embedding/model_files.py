"""The files of exported models; found and read without TensorFlow."""

import dataclasses

from tfmling.core import files
from tfmling.core.json_values import read_json
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.vocabulary_files import read_vocabulary
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary

SAVED_MODEL, SENTENCE_ENCODER = "saved_model.pb", "sentence_encoder"
LITERT_MODEL, LITERT_CONFIG = "model.tflite", "lite.json"
ONNX_MODEL, ONNX_CONFIG = "model.onnx", "onnx.json"


def find_saved_model(folder: str) -> str | None:
    """The SavedModel in `folder` or in its subfolder `sentence_encoder`; None if there is none.

    Example:
        >>> files.write_text("sentence_encoder/saved_model.pb", "")
        >>> find_saved_model(".")
        './sentence_encoder'
    """
    for candidate in (folder, files.join(folder, SENTENCE_ENCODER)):
        if files.exists(files.join(candidate, SAVED_MODEL)):
            return candidate
    return None


@dataclasses.dataclass(frozen=True)
class IdModelConfig:
    """How to tokenize text for a model that takes ids: `lite.json` or `onnx.json`.

    Attributes:
        lowercase: whether text is lower-cased.
        max_length: ids per sentence, special pieces included (LiteRT: padding included).
        weights: type of the stored weights: float32, float16 or int8.
        strip_accents: whether accents are stripped; None means `lowercase`.
        split_chinese: whether each CJK character is a word of its own.

    Example:
        >>> config = IdModelConfig(lowercase=True, max_length=64, weights="int8")
        >>> config.write(folder, LITERT_CONFIG)
        >>> IdModelConfig.read(folder, LITERT_CONFIG) == config
        True
    """

    lowercase: bool
    max_length: int
    weights: str
    strip_accents: bool | None = None
    split_chinese: bool = True

    @classmethod
    def of(cls, vocabulary: SubwordVocabulary, max_length: int, weights: str) -> "IdModelConfig":
        """The configuration of a model with this vocabulary."""
        if not isinstance(vocabulary, WordPieceVocabulary):
            return cls(vocabulary.lowercase, max_length, weights)
        lowercase, strip_accents, split_chinese = vocabulary.split_options
        return cls(lowercase, max_length, weights, strip_accents, split_chinese)

    @classmethod
    def read(cls, folder: str, name: str) -> "IdModelConfig":
        """Read the file `name` in a model's folder."""
        return cls(**read_json(files.join(folder, name)))

    def write(self, folder: str, name: str) -> None:
        """Write the file `name` into a model's folder."""
        files.write_json(files.join(folder, name), dataclasses.asdict(self))

    def read_vocabulary(self, folder: str) -> SubwordVocabulary:
        """Read the vocabulary in a model's folder, with the options of this configuration."""
        found = read_vocabulary(folder, self.lowercase)
        if not isinstance(found, WordPieceVocabulary):
            return found
        return dataclasses.replace(
            found, strip_accents=self.strip_accents, split_chinese=self.split_chinese
        )
