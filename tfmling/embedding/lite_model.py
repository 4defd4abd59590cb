"""A sentence encoder for LiteRT (a .tflite file) as an embedder of lists.

LiteRT has no tokenizer operations, so the vocabulary lies beside the model and text is cut here, as
an app would do it.

Shapes: N sentences, L length, D width.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np
import tensorflow as tf
from tqdm import tqdm

from tfmling.core import extras, files, manifest
from tfmling.core.json_values import read_json
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.vocabulary_files import read_vocabulary
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary

MODEL = "model.tflite"
DESCRIPTION = "lite.json"


@dataclasses.dataclass(frozen=True)
class Description:
    """What must be known beside a model that takes ids: `lite.json`, `onnx.json`.

    Attributes:
        lowercase: whether text is lower-cased.
        max_length: ids of a text, [CLS] and [SEP] included (LiteRT: L, padding included too).
        weights: how they are stored: float32, float16, int8.
        strip_accents: whether accents are stripped; None: where text is lower-cased.
        split_chinese: whether each CJK character is a word of its own.
    """

    lowercase: bool
    max_length: int
    weights: str
    strip_accents: bool | None = None
    split_chinese: bool = True

    @classmethod
    def of(cls, vocabulary: SubwordVocabulary, max_length: int, weights: str) -> "Description":
        """What is written beside a model of a vocabulary."""
        if not isinstance(vocabulary, WordPieceVocabulary):
            return cls(vocabulary.lowercase, max_length, weights)
        lowercase, strip_accents, split_chinese = vocabulary.split_options
        return cls(lowercase, max_length, weights, strip_accents, split_chinese)

    def read_vocabulary(self, folder: str) -> SubwordVocabulary:
        """The vocabulary beside the model, which splits text as is said here."""
        found = read_vocabulary(folder, self.lowercase)
        if not isinstance(found, WordPieceVocabulary):
            return found
        return dataclasses.replace(
            found, strip_accents=self.strip_accents, split_chinese=self.split_chinese
        )

    def write(self, folder: str, name: str = DESCRIPTION) -> None:
        """Writes the file `name`."""
        files.write_json(files.join(folder, name), dataclasses.asdict(self))

    @classmethod
    def read(cls, folder: str, name: str = DESCRIPTION) -> "Description":
        """Reads the file `name`."""
        return cls(**read_json(files.join(folder, name)))


def is_lite_model(folder: str) -> bool:
    """Whether `export_lite` wrote the folder."""
    return files.exists(files.join(folder, DESCRIPTION))


class LiteModel:
    """Embeds one sentence after the other, as LiteRT's fixed shapes want it.

    Args:
        folder: local, as `export_lite` writes it.

    Raises:
        MissingPackageError: LiteRT is not installed.
    """

    def __init__(self, folder: str):
        litert = extras.load("ai_edge_litert.interpreter", "train")
        manifest.verify_once(folder)
        description = Description.read(folder)
        vocabulary = description.read_vocabulary(folder)
        self._tokenizer = build_tokenizer(vocabulary)
        self._max_length = description.max_length
        self._interpreter = litert.Interpreter(files.join(folder, MODEL))
        self._run = self._interpreter.get_signature_runner()

    def __call__(self, texts: Sequence[str], progress: str | None = None) -> np.ndarray:
        """L2-normalized vectors float32 [N, D]; `progress` names the bar, None shows none."""
        packed = self._tokenizer.pack(
            self._tokenizer(tf.constant(list(texts), tf.string)), self._max_length
        )
        ids = {name: tensor_NL.numpy() for name, tensor_NL in packed.items()}
        rows = tqdm(range(len(texts)), desc=progress, disable=progress is None)
        vectors = [
            self._embed({name: ids_NL[n : n + 1] for name, ids_NL in ids.items()}) for n in rows
        ]
        return np.concatenate([np.zeros((0, self._width), np.float32), *vectors])

    def is_truncated(self, texts: Sequence[str]) -> np.ndarray:
        """Which texts are longer than what is read of them, bool [N]."""
        texts_N = tf.constant(list(texts), tf.string)
        return self._tokenizer.is_truncated(texts_N, self._max_length).numpy()

    @property
    def _width(self) -> int:
        return int(self._interpreter.get_output_details()[0]["shape"][-1])

    def _embed(self, ids_1L: dict[str, np.ndarray]) -> np.ndarray:
        return self._run(**ids_1L)["default"]
