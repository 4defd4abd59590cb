"""The vocabulary's hash in a checkpoint, so that no checkpoint is read with another vocabulary."""

import json

import tensorflow as tf

from tfmling.core.errors import InputError
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary


class WrongVocabularyError(InputError, ValueError):
    """A checkpoint of an encoder with another vocabulary."""


class VocabularyState(tf.train.experimental.PythonState):
    """Writes size and hash of a vocabulary into a checkpoint, and compares them on restoring."""

    def __init__(self, vocabulary: SubwordVocabulary):
        super().__init__()
        self.vocabulary = vocabulary

    def serialize(self) -> str:
        """JSON of `pieces`, how many there are, and `sha256`."""
        return json.dumps({"pieces": len(self.vocabulary), "sha256": self.vocabulary.sha256})

    def deserialize(self, string_value: str | bytes) -> None:
        """Raises WrongVocabularyError where the checkpoint's vocabulary is not this one."""
        saved = tf.compat.as_str(string_value)
        if saved != self.serialize():
            raise WrongVocabularyError(
                f"the checkpoint was written with the vocabulary {saved}, this encoder has "
                f"{self.serialize()}; an encoder that was extended resumes with `continue_from`"
            )


def begins_with(vocabulary: SubwordVocabulary, saved: bytes) -> bool:
    """Whether a vocabulary begins with the one whose state a checkpoint holds."""
    state = json.loads(saved)
    return vocabulary.is_extension_of(state["pieces"], state["sha256"])
