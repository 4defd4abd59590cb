"""Features of the sentences of a pair. N texts, B batch, K hard negatives, L length."""

import tensorflow as tf

from tfmling.inputs.dataset import Features
from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer

NAMES = ("input_word_ids", "input_mask", "input_type_ids")
SPECIALS = 2  # [CLS] and [SEP]
MISSING = -1  # key of a missing hard negative


def token_counts(tokenizer: SubwordTokenizer, texts_N: tf.Tensor) -> tf.Tensor:
    """Tokens of each text with [CLS] and [SEP], int32 [N].

    Example:
        >>> from tfmling.tokenizers.build_tokenizer import build_tokenizer
        >>> tokenizer = build_tokenizer(encoder.vocabulary)
        >>> token_counts(tokenizer, tf.constant(["a b c", "a"])).numpy().tolist()
        [5, 3]
    """
    return tf.cast(tokenizer(texts_N).row_lengths(), tf.int32) + SPECIALS


def pack_sentences(
    tokenizer: SubwordTokenizer, texts_B: tf.Tensor, length: "tf.Tensor | int", side: str
) -> Features:
    """Tokenize one side of pairs.

    Returns:
        `{side}_input_word_ids`, `{side}_input_mask`, `{side}_input_type_ids`, each int32 [B, L],
        and `{side}_key` int32 [B]; see `sentence_keys`.

    Example:
        >>> from tfmling.tokenizers.build_tokenizer import build_tokenizer
        >>> tokenizer = build_tokenizer(encoder.vocabulary)
        >>> features = pack_sentences(tokenizer, tf.constant(["a b"]), 5, "source")
        >>> features["source_input_word_ids"].numpy().tolist()  # [CLS] a b [SEP] [PAD]
        [[2, 5, 6, 3, 0]]
    """
    packed = tokenizer.pack(tokenizer(texts_B), length)
    return {f"{side}_{name}": packed[name] for name in NAMES} | {
        f"{side}_key": sentence_keys(packed["input_word_ids"])
    }


def pack_negatives(
    tokenizer: SubwordTokenizer, texts_BK: tf.Tensor, length: "tf.Tensor | int"
) -> Features:
    """Tokenize hard negatives.

    Returns:
        As `pack_sentences`, with the prefix `negative` and shapes [B, K, L] and [B, K]; the key of
        an empty text is `MISSING`.

    Example:
        >>> from tfmling.tokenizers.build_tokenizer import build_tokenizer
        >>> tokenizer = build_tokenizer(encoder.vocabulary)
        >>> features = pack_negatives(tokenizer, tf.constant([["a", ""]]), 3)
        >>> int(features["negative_key"][0, 1])  # the second negative is missing
        -1
    """
    batch, count = texts_BK.shape[0] or tf.shape(texts_BK)[0], texts_BK.shape[1]
    texts_N = tf.reshape(texts_BK, [-1])
    packed = pack_sentences(tokenizer, texts_N, length, "negative")
    packed["negative_key"] = tf.where(texts_N == "", MISSING, packed["negative_key"])
    return {name: split_rows(tensor, batch, count) for name, tensor in packed.items()}


def sentence_keys(ids_BL: tf.Tensor) -> tf.Tensor:
    """Hash each row of ids, int32 [B], in tf.data; equal rows have equal keys.

    Ids are hashed rather than texts, because texts that differ only in spaces, in case (lowercase
    vocabularies) or after the last token that fits are the same sentence to the encoder.

    Example:
        >>> keys = sentence_keys(tf.constant([[2, 5, 3], [2, 5, 3], [2, 6, 3]]))
        >>> bool(keys[0] == keys[1]), bool(keys[0] == keys[2])
        (True, False)
    """
    rows_B = tf.strings.reduce_join(tf.strings.as_string(ids_BL), axis=1, separator=" ")
    return tf.cast(tf.strings.to_hash_bucket_fast(rows_B, 2**31 - 1), tf.int32)


def select_side(features: Features, side: str) -> Features:
    """The encoder's inputs for one side.

    Example:
        >>> features = {f"source_{name}": tf.constant([[2, 5, 3]]) for name in NAMES}
        >>> sorted(select_side(features, "source"))
        ['input_mask', 'input_type_ids', 'input_word_ids']
    """
    return {name: features[f"{side}_{name}"] for name in NAMES}


def split_rows(tensor: tf.Tensor, groups: "tf.Tensor | int", size: int) -> tf.Tensor:
    """Reshape [groups x size, ...] to [groups, size, ...].

    One inner dimension may be unknown in the graph: the length, with length buckets.

    Example:
        >>> split_rows(tf.constant([[1], [2], [3], [4]]), 2, 2).numpy().tolist()
        [[[1], [2]], [[3], [4]]]
    """
    inner = [-1 if size_of_axis is None else size_of_axis for size_of_axis in tensor.shape[1:]]
    return tf.reshape(tensor, [groups, size, *inner])
