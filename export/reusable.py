"""TensorFlow 2's reusable SavedModel interface, for `hub.load` and `hub.KerasLayer`.

It is a root object with `__call__(inputs, training=False)`, `variables`, `trainable_variables` and
`regularization_losses`. The root is a `tf.train.Checkpoint` and its variables are plain
`tf.Variable`s: no Keras object is saved, so loading needs no Keras.
https://www.tensorflow.org/hub/reusable_saved_models
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import tensorflow as tf
from tensorflow.core.protobuf import fingerprint_pb2

from export.weights import Weights
from tfmling.conversion.encoder_json import FILE as DESCRIPTION
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary


def make_trainable_object(
    call: Callable[..., Any], inputs: Any, weights: Weights
) -> tf.train.Checkpoint:
    """Make a root object of a function that uses an encoder; arguments as in `make_root`.

    Within `call(inputs, training)`, the encoder uses `weights`.

    Example:
        >>> from export.weights import TrainableWeights
        >>> root = make_trainable_object(
        ...     lambda x, training: 2 * x, tf.TensorSpec([None]), TrainableWeights(encoder))
        >>> root.__call__(tf.constant([1.5]), training=False).numpy().tolist()
        [3.0]
    """

    @tf.function(autograph=False)
    def traced(inputs: Any, training: bool = False) -> Any:
        with weights.applied(training) as dropout:
            return call(inputs, training=dropout)

    return make_root(traced, inputs, weights)


def make_root(
    traced: tf.types.experimental.PolymorphicFunction, inputs: Any, weights: Weights
) -> tf.train.Checkpoint:
    """Make a root object of a function with variables.

    Args:
        traced: a tf.function of (inputs, training=False).
        inputs: nest of tf.TensorSpec.
        weights: the variables to save.

    Returns:
        A root object whose `__call__` is traced with and without training.

    Example:
        >>> from export.weights import TrainableWeights
        >>> double = tf.function(lambda x, training=False: 2 * x, autograph=False)
        >>> root = make_root(double, tf.TensorSpec([None]), TrainableWeights(encoder))
        >>> root.__call__(tf.constant([1.5])).numpy().tolist()
        [3.0]
        >>> len(root.variables) == len(encoder.variables)
        True
    """
    for training in (True, False):
        traced.get_concrete_function(inputs, training=training)
    root = make_object(traced)
    root.variables = list(weights.variables)
    root.trainable_variables = list(weights.trainable_variables)
    return root


def make_object(traced: tf.types.experimental.PolymorphicFunction) -> tf.train.Checkpoint:
    """Make a root object of a traced function without variables.

    Example:
        >>> root = make_object(tf.function(lambda x: x + 1, autograph=False))
        >>> int(root.__call__(tf.constant(1)))
        2
    """
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
    """Write a SavedModel with its vocabulary as an asset.

    Args:
        root: the object that `hub.load` will return.
        signatures: functions of named tensors to a flat dict of tensors, by name;
            `serving_default` is among them.
        vocabulary: becomes `assets/vocab.txt` or `assets/sentencepiece.bpe.model`, with the
            attributes `vocab_file`, `do_lower_case` and, for WordPiece, `strip_accents` and
            `tokenize_chinese_chars`.
        path: local folder.
        description: content of encoder.json, which becomes an asset; None for no asset.

    Example:
        >>> double = tf.function(lambda x: 2 * x, input_signature=[tf.TensorSpec([None])])
        >>> save(make_object(double), {"serving_default": double}, encoder.vocabulary, folder)
        >>> tf.saved_model.load(folder)(tf.constant([1.5])).numpy().tolist()
        [3.0]
        >>> (Path(folder) / "assets/vocab.txt").exists()
        True
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
    _remove_random_id(Path(path) / "fingerprint.pb")


def _remove_random_id(path: Path) -> None:
    """Remove the random id from the fingerprint, so that equal models give equal folders."""
    fingerprint = fingerprint_pb2.FingerprintDef.FromString(path.read_bytes())
    fingerprint.uuid = ""
    path.write_bytes(fingerprint.SerializeToString(deterministic=True))
