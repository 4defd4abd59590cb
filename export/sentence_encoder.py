"""One SavedModel from strings to sentence vectors: tokenizer, encoder, pooling, L2 norm.

Shapes: B batch, L length, D width.
"""

import tensorflow as tf

from export.reusable import save, trainable_object
from tfmling.modeling.encoder import Encoder
from tfmling.vocab.tokenizer import Tokenizer

TEXT = tf.TensorSpec([None], tf.string, "text")


def save_sentence_encoder(
    encoder: Encoder, tokenizer: Tokenizer, max_length: int, path: str
) -> None:
    """Writes the SavedModel: strings [B] to L2-normalised float32 [B, D].

    Args:
        encoder: the encoder.
        tokenizer: of the encoder's vocabulary.
        max_length: pieces that are read of a text, [CLS] and [SEP] included; the rest is cut.
        path: local folder.
    """

    @tf.function(autograph=False, input_signature=[TEXT])
    def preprocess(text_B: tf.Tensor) -> dict[str, tf.Tensor]:
        return without_padding(tokenizer.pack(tokenizer(text_B), max_length))

    def embed(text_B: tf.Tensor, training: bool) -> tf.Tensor:
        vectors_BD = encoder.embed(preprocess(text_B), training=training)
        return tf.ensure_shape(vectors_BD, [None, encoder.hidden_dim])

    root = trainable_object(embed, TEXT, encoder)
    call = root.__call__

    @tf.function(autograph=False, input_signature=[TEXT])
    def serve(text: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"default": call(text, training=False)}

    save(root, serve, encoder.vocabulary, path)


def without_padding(inputs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
    """Cuts off the columns that no row of the batch uses: short texts cost what they need.

    Two columns stay for an empty batch, so that no dimension is zero.
    """
    longest = tf.reduce_max(tf.reduce_sum(inputs["input_mask"], axis=1))
    length = tf.maximum(longest, 2)
    return {name: tensor_BL[:, :length] for name, tensor_BL in inputs.items()}
