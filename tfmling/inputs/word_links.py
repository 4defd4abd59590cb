"""Which pieces of two sides stand for words that translate one another.

A word is where its last piece is (Cao, Kitaev and Klein 2020, 2002.03518, section 3.1).
Shapes: B pairs of the batch, W words of the longest side, K links that are kept of a pair.
"""

import tensorflow as tf

from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer


def pieces_of_words(tokenizer: SubwordTokenizer, texts_B: tf.Tensor) -> tf.RaggedTensor:
    """Cuts each word by itself, so that it is known which pieces are its own.

    Args:
        tokenizer: of the encoder.
        texts_B: words with one space between them.

    Returns:
        int32 [B, (words), (pieces)].
    """
    words = tf.strings.split(texts_B, " ")
    return words.with_values(tokenizer(words.values))


def read_links(links_B: tf.Tensor, most: int) -> tf.Tensor:
    """Links as Pharaoh writes them (`0-0 1-2`) to numbers.

    Args:
        links_B: texts, "" where a pair has no link.
        most: K; further links are left out.

    Returns:
        int32 [B, K, 2], source and target word; -1 where there is no link.
    """
    links = tf.strings.split(links_B)
    both = tf.strings.split(links.values, "-").to_tensor(default_value="", shape=[None, 2])
    numbers = links.with_values(tf.strings.to_number(both, tf.int32))
    return numbers.to_tensor(default_value=-1, shape=[None, most, 2])


def last_pieces(pieces: tf.RaggedTensor, length: "tf.Tensor | int") -> tf.Tensor:
    """Where the last piece of each word is in `[CLS] pieces [SEP]`, int32 [B, W].

    -1 where a word has no piece, or its last one was cut off.

    Args:
        pieces: as `pieces_of_words` gives them.
        length: of the packed row.
    """
    count_BW = tf.cast(pieces.row_lengths(axis=2).to_tensor(), tf.int32)
    last_BW = tf.cumsum(count_BW, axis=1)
    return tf.where((count_BW > 0) & (last_BW <= length - 2), last_BW, -1)


def linked_pieces(
    links_BK2: tf.Tensor, source_last_BW: tf.Tensor, target_last_BW: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """The pieces that links connect.

    Args:
        links_BK2: as `read_links` gives them.
        source_last_BW: as `last_pieces` gives them.
        target_last_BW: the same of the other side.

    Returns:
        The place of the piece on each side, int32 [B, K] and [B, K], and float32 [B, K], 1 where
        there is a link both of whose words have a piece; else all three are 0.
    """
    words_BK2 = tf.maximum(links_BK2, 0)
    source_BK = tf.gather(source_last_BW, words_BK2[:, :, 0], batch_dims=1)
    target_BK = tf.gather(target_last_BW, words_BK2[:, :, 1], batch_dims=1)
    is_link_BK = (links_BK2[:, :, 0] >= 0) & (source_BK > 0) & (target_BK > 0)
    mask_BK = tf.cast(is_link_BK, tf.int32)
    return source_BK * mask_BK, target_BK * mask_BK, tf.cast(is_link_BK, tf.float32)
