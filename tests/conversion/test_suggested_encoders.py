"""A folder without an encoder names the encoders beside or below it."""

import re

import pytest
import tensorflow as tf

from tests.tiny import VOCABULARY, tiny_encoder
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.conversion.layout_files import UnsupportedLayoutError
from tfmling.core.errors import MissingFileError


class Lengths(tf.Module):
    """A SavedModel from strings, with a vocabulary among its assets as sentence encoders have."""

    def __init__(self, vocabulary: str):
        super().__init__()
        self.vocabulary = tf.saved_model.Asset(vocabulary)
        self.do_lower_case = tf.Variable(False)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)], autograph=False)
    def __call__(self, texts):
        return tf.cast(tf.strings.length(texts), tf.float32)[:, tf.newaxis]


@pytest.fixture
def exported(tmp_path):
    folder = tmp_path / "export"
    save_encoder(tiny_encoder(), str(folder / "encoder"))
    VOCABULARY.write(str(tmp_path / "vocab.txt"))
    tf.saved_model.save(Lengths(str(tmp_path / "vocab.txt")), str(folder / "sentence_encoder"))
    return folder


def test_the_folder_above(exported):
    with pytest.raises(MissingFileError, match=re.escape(f"did you mean {exported}/encoder?")):
        load_encoder(str(exported))


def test_a_sentence_encoder_is_not_an_encoder(exported):
    said = "from ids to vectors, found one that takes something else; did you mean "
    with pytest.raises(UnsupportedLayoutError, match=re.escape(f"{said}{exported}/encoder?")):
        load_encoder(str(exported / "sentence_encoder"))


def test_nothing_is_suggested_where_nothing_is(tmp_path):
    with pytest.raises(MissingFileError, match=r"KerasHub preset$"):
        load_encoder(str(tmp_path))
