"""BERT's limit on the length of a word, counted in characters.

The fast tokenizer can only count bytes, which would make [UNK] of a Thai word of 34 characters. So
its limit is lifted, and the few words of more than 100 bytes are looked at again here.

Shape legend: B texts in the batch, P pieces and W words in all of them.
"""

import tensorflow as tf

# A longer word is [UNK]: `max_input_chars_per_word` of BERT's tokenization.py (Devlin et al. 2019).
MAX_CHARACTERS_PER_WORD = 100


def replace_long_words(
    ids: tf.RaggedTensor,
    starts: tf.RaggedTensor,
    ends: tf.RaggedTensor,
    text_B: tf.Tensor,
    continues_word: tf.Tensor,
    unk_id: int,
) -> tf.RaggedTensor:
    """Makes one [UNK] of each word of more than 100 characters.

    Args:
        ids: int32 [B, (pieces)].
        starts: [B, (pieces)], where each piece begins in its text, in bytes.
        ends: [B, (pieces)], where each piece ends.
        text_B: the texts that were cut, UTF-8 strings [B].
        continues_word: bool [V], whether a piece continues a word.
        unk_id: the id of [UNK].

    Returns:
        int32 [B, (pieces)].
    """
    begins_P = tf.logical_not(tf.gather(continues_word, ids.values))
    ends_P = tf.roll(begins_P, -1, 0)  # a word ends before the next begins; the last one at the end
    start_W = tf.boolean_mask(starts.values, begins_P)
    bytes_W = tf.boolean_mask(ends.values, ends_P) - start_W

    def replaced() -> tf.RaggedTensor:
        row_W = tf.boolean_mask(ids.value_rowids(), begins_P)
        word_W = tf.strings.substr(tf.gather(text_B, row_W), start_W, bytes_W)
        long_W = tf.strings.length(word_W, "UTF8_CHAR") > MAX_CHARACTERS_PER_WORD
        long_P = tf.gather(long_W, tf.cumsum(tf.cast(begins_P, tf.int32)) - 1)
        new_ids = ids.with_values(tf.where(long_P, unk_id, ids.values))
        return tf.ragged.boolean_mask(new_ids, ids.with_values(begins_P | ~long_P))

    # a character has at least one byte, so that most batches need no second look
    return tf.cond(tf.reduce_any(bytes_W > MAX_CHARACTERS_PER_WORD), replaced, lambda: ids)
