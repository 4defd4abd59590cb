"""The two sides of a translation as features. N texts, B batch, L length."""

import tensorflow as tf

from tfmling.inputs.text_batches import Texts
from tfmling.vocab.tokenizer import Tokenizer

NAMES = ("input_word_ids", "input_mask", "input_type_ids")
SPECIALS = 2  # [CLS] and [SEP]


def token_counts(tokenizer: Tokenizer, texts_N: tf.Tensor) -> tf.Tensor:
    """Tokens of each text with [CLS] and [SEP], int32 [N]."""
    return tf.cast(tokenizer(texts_N).row_lengths(), tf.int32) + SPECIALS


def pack_side(
    tokenizer: Tokenizer, texts_B: tf.Tensor, length: "tf.Tensor | int", side: str
) -> Texts:
    """`{side}_input_word_ids` and so on [B, L]; `{side}_key` int32 [B], equal for equal texts."""
    packed = tokenizer.pack(tokenizer(texts_B), length)
    keys_B = tf.strings.to_hash_bucket_fast(texts_B, 2**31 - 1)
    return {f"{side}_{name}": packed[name] for name in NAMES} | {
        f"{side}_key": tf.cast(keys_B, tf.int32)
    }


def take_side(features: Texts, side: str) -> Texts:
    """The encoder's inputs of one side."""
    return {name: features[f"{side}_{name}"] for name in NAMES}
