"""One SavedModel from strings to sentence vectors: tokenizer, encoder, pooling, L2 norm.

Shapes: B batch, L length, D width.
"""

from typing import Any

import tensorflow as tf

from export.chunks import embed_in_chunks
from export.encoder import INPUTS
from export.reusable import rooted, save, trainable_object
from export.weights import Dtype, weights_of
from tfmling.modeling.encoder import Encoder
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer

Inputs = dict[str, tf.Tensor]  # input_word_ids, input_mask, input_type_ids: int32 [B, L]
TEXT = tf.TensorSpec([None], tf.string, "text")


def save_sentence_encoder(
    encoder: Encoder,
    tokenizer: SubwordTokenizer,
    max_length: int,
    path: str,
    *,
    dtype: Dtype = "float32",
    dimensions: int | None = None,
) -> None:
    """Writes the SavedModel: strings [B] to L2-normalized float32 [B, D].

    For inference a call may have any number of texts, see `export.chunks`; for training
    (`training=True`) they are one batch.

    `is_truncated`, strings [B] to bool [B], says which texts are longer than what is read of them.

    `model(text, training=False)` is traced again for each Python list and each number of texts,
    which keeps some 10 MB each time: TensorFlow restores no input signature that leaves `training`
    a Python bool, and a `training` tensor needs a `tf.cond` whose gradient TensorFlow cannot build
    here. `model.encode(texts)` has an input signature: it takes lists and any number of texts and
    is traced once.

    Signatures for servers: `serving_default` takes `text`, `token_ids` takes the encoder's inputs
    [B, L], for callers that cut words themselves.

    Args:
        encoder: the encoder.
        tokenizer: of the encoder's vocabulary.
        max_length: pieces that are read of a text, [CLS] and [SEP] included; the rest is cut.
        path: local folder.
        dtype: how weights are kept.
        dimensions: keeps so many numbers of each vector, for encoders trained with Matryoshka;
            None keeps all.
    """
    weights, width = weights_of(encoder, dtype), dimensions or encoder.embedding_dim

    def embed(inputs: Inputs, training: bool) -> tf.Tensor:
        vectors_BD = encoder.embed(inputs, training=training, dimensions=dimensions)
        return tf.ensure_shape(vectors_BD, [None, width])

    of_ids = trainable_object(embed, INPUTS, weights).__call__

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

    root = rooted(of_text, TEXT, weights)
    root.is_truncated = tf.function(
        lambda text: tokenizer.is_truncated(text, max_length),
        autograph=False,
        input_signature=[TEXT],
    )
    root.encode = encode
    save(
        root,
        {"serving_default": serving(of_text, TEXT), "token_ids": serving(of_ids, INPUTS)},
        encoder.vocabulary,
        path,
    )


def serving(
    embed: tf.types.experimental.PolymorphicFunction, inputs: Any
) -> tf.types.experimental.PolymorphicFunction:
    """A signature that gives the vectors as `default`."""

    @tf.function(autograph=False, input_signature=[inputs])
    def serve(inputs: Any) -> dict[str, tf.Tensor]:
        return {"default": embed(inputs, training=False)}

    return serve


def without_padding(inputs: Inputs) -> Inputs:
    """Cuts off the columns that no row of the batch uses: short texts cost what they need.

    Two columns stay for an empty batch, so that no dimension is zero.
    """
    longest = tf.reduce_max(tf.reduce_sum(inputs["input_mask"], axis=1))
    length = tf.maximum(longest, 2)
    return {name: tensor_BL[:, :length] for name, tensor_BL in inputs.items()}
