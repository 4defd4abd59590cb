"""The reusable SavedModel interface of TensorFlow 2, as `hub.load` and `hub.KerasLayer` expect it.

A root object with `__call__(inputs, training=False)`, `variables`, `trainable_variables` and
`regularization_losses`. The root is a `tf.train.Checkpoint` and its variables are plain
`tf.Variable`s: no Keras object is saved, so none is needed to load.
https://www.tensorflow.org/hub/reusable_saved_models
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tensorflow as tf
from tensorflow.core.protobuf import fingerprint_pb2

from export.weights import Weights
from tfmling.conversion.description import FILE as DESCRIPTION
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary


def trainable_object(
    call: Callable[..., Any], inputs: Any, weights: Weights
) -> tf.train.Checkpoint:
    """Makes a root object of a function with variables; arguments as `rooted`.

    `call` uses variables of the encoder, and sees them as `weights` has them.
    """

    @tf.function(autograph=False)
    def traced(inputs: Any, training: bool = False) -> Any:
        with weights.applied(training) as dropout:
            return call(inputs, training=dropout)

    return rooted(traced, inputs, weights)


def rooted(
    traced: tf.types.experimental.PolymorphicFunction, inputs: Any, weights: Weights
) -> tf.train.Checkpoint:
    """Makes a root object.

    Args:
        traced: takes (inputs, training=False).
        inputs: nest of tf.TensorSpec.
        weights: what the encoder's variables are saved as.

    Returns:
        A root whose `__call__(inputs, training=False)` is traced for both.
    """
    for training in (True, False):
        traced.get_concrete_function(inputs, training=training)
    root = plain_object(traced)
    root.variables = list(weights.variables)
    root.trainable_variables = list(weights.trainable_variables)
    return root


def plain_object(traced: tf.types.experimental.PolymorphicFunction) -> tf.train.Checkpoint:
    """Makes a root object of a function that is traced and has no variables."""
    root = tf.train.Checkpoint()
    root.variables, root.trainable_variables, root.regularization_losses = [], [], []
    root.__call__ = traced
    return root


def save(
    root: tf.train.Checkpoint,
    signatures: dict[str, tf.types.experimental.PolymorphicFunction],
    vocabulary: SubwordVocabulary,
    path: str,
    description: str | None = None,
) -> None:
    """Writes a SavedModel that owns its vocabulary.

    Args:
        root: what `hub.load` will return.
        signatures: by name, functions of named tensors to a flat dict of tensors; one of them is
            `serving_default`.
        vocabulary: becomes `assets/vocab.txt` or `assets/sentencepiece.bpe.model`, attribute
            `vocab_file`; `do_lower_case` beside it, and for WordPiece `strip_accents` and
            `tokenize_chinese_chars`.
        path: local folder.
        description: encoder.json of the encoder, which becomes an asset; None: none.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / vocabulary.FILE
        vocabulary.write(str(file))
        root.vocab_file = tf.saved_model.Asset(str(file))
        root.do_lower_case = tf.Variable(vocabulary.lowercase, trainable=False)
        if isinstance(vocabulary, WordPieceVocabulary):
            root.strip_accents = tf.Variable(bool(vocabulary.strip_accents), trainable=False)
            root.tokenize_chinese_chars = tf.Variable(vocabulary.split_chinese, trainable=False)
        if description is not None:
            described = Path(folder) / DESCRIPTION
            described.write_text(description, encoding="utf-8")
            root.encoder_file = tf.saved_model.Asset(str(described))
        tf.saved_model.save(root, path, signatures=signatures)
    _drop_random_part(Path(path) / "fingerprint.pb")


def _drop_random_part(path: Path) -> None:
    """Equal models give equal folders: a fingerprint holds hashes of the model, and a random id."""
    fingerprint = fingerprint_pb2.FingerprintDef.FromString(path.read_bytes())
    fingerprint.uuid = ""
    path.write_bytes(fingerprint.SerializeToString(deterministic=True))
