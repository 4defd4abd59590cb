"""One SavedModel from strings to sentence vectors: tokenizer, encoder, pooling, L2 norm.

Shapes: B texts, L length, D width.
"""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from export.encoder import INPUTS
from export.reusable import make_root, make_trainable_object, save
from export.weights import Dtype, stored_weights
from tfmling.modeling.encoder import Encoder
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer

Inputs = dict[str, tf.Tensor]  # input_word_ids, input_mask, input_type_ids: int32 [B, L]
TEXT = tf.TensorSpec([None], tf.string, "text")
CHUNK = 64  # texts that are embedded together within a call


def save_sentence_encoder(
    encoder: Encoder,
    tokenizer: SubwordTokenizer,
    max_length: int,
    path: str,
    *,
    dtype: Dtype = "float32",
    truncate_dim: int | None = None,
) -> None:
    """Write a SavedModel from strings [B] to L2-normalized vectors float32 [B, D].

    For inference, a call takes any number of texts; see `embed_in_chunks`. For training
    (`training=True`), they are one batch.

    TensorFlow retraces `model(text, training=False)` for each Python list and each number of
    texts, and keeps about 10 MB each time. An input signature would prevent it, but TensorFlow
    restores none that leaves `training` a Python bool, and with a `training` tensor it cannot build
    the gradient of the `tf.cond`. `model.encode(texts)` has an input signature: it takes lists and
    any number of texts, and is traced once.

    `model.is_truncated(texts)`, bool [B], tells which texts are longer than `max_length`.

    Signatures for servers: `serving_default` takes `text`; `token_ids` takes the encoder's inputs
    [B, L], for callers with a tokenizer of their own.

    Args:
        encoder: to export.
        tokenizer: of the encoder's vocabulary.
        max_length: pieces to read of a text, special pieces included.
        path: local folder.
        dtype: type of the stored weights.
        truncate_dim: keep only the first dimensions of each vector, for encoders trained with
            Matryoshka; None keeps all.
    """
    weights, width = stored_weights(encoder, dtype), truncate_dim or encoder.embedding_dim

    def embed(inputs: Inputs, training: bool) -> tf.Tensor:
        vectors_BD = encoder.embed(inputs, training=training, truncate_dim=truncate_dim)
        return tf.ensure_shape(vectors_BD, [None, width])

    of_ids = make_trainable_object(embed, INPUTS, weights).__call__

    def of_pieces(ids: tf.RaggedTensor, training: bool = False) -> tf.Tensor:
        inputs = without_padding(tokenizer.pack(ids, max_length))
        return of_ids(inputs, training=training)

    @tf.function(autograph=False)
    def of_text(text: tf.Tensor, training: bool = False) -> tf.Tensor:
        ids = tokenizer(text)
        return of_pieces(ids, True) if training else embed_in_chunks(ids, of_pieces, width)

    @tf.function(autograph=False, input_signature=[TEXT])
    def encode(text: tf.Tensor) -> tf.Tensor:
        return of_text(text, training=False)

    root = make_root(of_text, TEXT, weights)
    root.is_truncated = tf.function(
        lambda text: tokenizer.is_truncated(text, max_length),
        autograph=False,
        input_signature=[TEXT],
    )
    root.encode = encode
    save(
        root,
        {
            "serving_default": make_signature(of_text, TEXT),
            "token_ids": make_signature(of_ids, INPUTS),
        },
        encoder.vocabulary,
        path,
    )


def make_signature(
    embed: tf.types.experimental.PolymorphicFunction, inputs: Any
) -> tf.types.experimental.PolymorphicFunction:
    """A signature that returns the vectors as `default`.

    Example:
        >>> double = tf.function(lambda x, training: 2 * x, autograph=False)
        >>> serve = make_signature(double, tf.TensorSpec([None], tf.float32))
        >>> serve(tf.constant([1.5]))["default"].numpy()
        array([3.], dtype=float32)
    """

    @tf.function(autograph=False, input_signature=[inputs])
    def serve(inputs: Any) -> dict[str, tf.Tensor]:
        return {"default": embed(inputs, training=False)}

    return serve


def without_padding(inputs: Inputs) -> Inputs:
    """Remove columns that are padding in every row; at least two remain.

    Example:
        >>> ids = tf.constant([[2, 5, 3, 0, 0]])
        >>> inputs = {"input_word_ids": ids, "input_mask": tf.sign(ids)}
        >>> without_padding(inputs)["input_word_ids"].numpy().tolist()
        [[2, 5, 3]]
    """
    longest = tf.reduce_max(tf.reduce_sum(inputs["input_mask"], axis=1))
    length = tf.maximum(longest, 2)
    return {name: tensor_BL[:, :length] for name, tensor_BL in inputs.items()}


def embed_in_chunks(
    ids: tf.RaggedTensor, embed: Callable[[tf.RaggedTensor], tf.Tensor], width: int
) -> tf.Tensor:
    """Embed texts in chunks of similar length, in the graph.

    A call with 10,000 texts needs only the memory of CHUNK texts, and a long text among short ones
    does not pad the others.

    Args:
        ids: int32 [B, (pieces)].
        embed: maps the pieces of 0 to CHUNK texts to vectors.
        width: D.

    Returns:
        float32 [B, D], in the order of the texts.

    Example:
        >>> ids = tf.ragged.constant([[1, 2, 3], [4]])
        >>> def embed(rows):
        ...     return tf.cast(rows.row_lengths(), tf.float32)[:, tf.newaxis]
        >>> embed_in_chunks(ids, embed, width=1).numpy().tolist()
        [[3.0], [1.0]]
    """
    order_B = tf.argsort(ids.row_lengths(), stable=True)
    sorted_ids = tf.gather(ids, order_B)
    count = tf.maximum((tf.size(order_B) + CHUNK - 1) // CHUNK, 1)  # an empty call is one chunk
    found = tf.TensorArray(tf.float32, count, infer_shape=False, element_shape=[None, width])

    def embed_chunk(number: tf.Tensor, found: tf.TensorArray) -> tuple[tf.Tensor, tf.TensorArray]:
        rows = sorted_ids[number * CHUNK : (number + 1) * CHUNK]
        return number + 1, found.write(number, embed(rows))

    _, found = tf.while_loop(
        lambda number, _: number < count, embed_chunk, (0, found), parallel_iterations=1
    )
    return tf.gather(found.concat(), tf.math.invert_permutation(order_B))
