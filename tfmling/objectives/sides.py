"""The sides of a translation as features. N texts, B batch, K hard negatives, L length."""

import tensorflow as tf

from tfmling.inputs.text_batches import Texts
from tfmling.objectives.split_rows import split_rows
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer

NAMES = ("input_word_ids", "input_mask", "input_type_ids")
SPECIALS = 2  # [CLS] and [SEP]
ABSENT = -1  # the key where there is no sentence


def token_counts(tokenizer: SubwordTokenizer, texts_N: tf.Tensor) -> tf.Tensor:
    """Tokens of each text with [CLS] and [SEP], int32 [N]."""
    return tf.cast(tokenizer(texts_N).row_lengths(), tf.int32) + SPECIALS


def pack_side(
    tokenizer: SubwordTokenizer, texts_B: tf.Tensor, length: "tf.Tensor | int", side: str
) -> Texts:
    """`{side}_input_word_ids` and so on [B, L]; `{side}_key` int32 [B], see `keys`."""
    packed = tokenizer.pack(tokenizer(texts_B), length)
    return {f"{side}_{name}": packed[name] for name in NAMES} | {
        f"{side}_key": keys(packed["input_word_ids"])
    }


def pack_negatives(
    tokenizer: SubwordTokenizer, texts_BK: tf.Tensor, length: "tf.Tensor | int"
) -> Texts:
    """`negative_input_word_ids` and so on [B, K, L]; `negative_key` [B, K], `ABSENT` of ""."""
    batch, count = texts_BK.shape[0] or tf.shape(texts_BK)[0], texts_BK.shape[1]
    texts_N = tf.reshape(texts_BK, [-1])
    packed = pack_side(tokenizer, texts_N, length, "negative")
    packed["negative_key"] = tf.where(texts_N == "", ABSENT, packed["negative_key"])
    return {name: split_rows(tensor, batch, count) for name, tensor in packed.items()}


def keys(ids_BL: tf.Tensor) -> tf.Tensor:
    """A hash int32 [B] of each row's ids, in tf.data; equal rows have equal keys.

    Of ids, not of texts: what differs by spaces, by the case that the vocabulary drops, or behind
    the last token that fits, is one sentence to the encoder.
    """
    rows_B = tf.strings.reduce_join(tf.strings.as_string(ids_BL), axis=1, separator=" ")
    return tf.cast(tf.strings.to_hash_bucket_fast(rows_B, 2**31 - 1), tf.int32)


def take_side(features: Texts, side: str) -> Texts:
    """The encoder's inputs of one side."""
    return {name: features[f"{side}_{name}"] for name in NAMES}
