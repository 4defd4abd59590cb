"""Find the pieces of linked words in a sentence and its translation.

A word is represented by its last piece (Cao, Kitaev and Klein 2020, 2002.03518, section 3.1).
Shapes: B batch, W words of the longest sentence, K links per pair.
"""

import tensorflow as tf

from tfmling.tokenizers.subword_tokenizer import SubwordTokenizer


def pieces_of_words(tokenizer: SubwordTokenizer, texts_B: tf.Tensor) -> tf.RaggedTensor:
    """Tokenize each word separately.

    Args:
        tokenizer: of the encoder.
        texts_B: words with single spaces between them.

    Returns:
        int32 [B, (words), (pieces)].

    Example:
        >>> from tfmling.tokenizers.build_tokenizer import build_tokenizer
        >>> tokenizer = build_tokenizer(encoder.vocabulary)
        >>> pieces = pieces_of_words(tokenizer, tf.constant(["ab c"]))
        >>> pieces.to_list()  # a, ##b, c
        [[[5, 22], [7]]]
    """
    words = tf.strings.split(texts_B, " ")
    return words.with_values(tokenizer(words.values))


def read_links(links_B: tf.Tensor, max_links: int) -> tf.Tensor:
    """Parse links in Pharaoh format (`0-0 1-2`).

    Args:
        links_B: strings, "" for no link.
        max_links: K; further links are dropped.

    Returns:
        int32 [B, K, 2], source and target word; padded with -1.

    Example:
        >>> read_links(tf.constant(["0-0 1-2"]), max_links=3).numpy().tolist()
        [[[0, 0], [1, 2], [-1, -1]]]
    """
    links = tf.strings.split(links_B)
    both = tf.strings.split(links.values, "-").to_tensor(default_value="", shape=[None, 2])
    numbers = links.with_values(tf.strings.to_number(both, tf.int32))
    return numbers.to_tensor(default_value=-1, shape=[None, max_links, 2])


def last_pieces(pieces: tf.RaggedTensor, length: "tf.Tensor | int") -> tf.Tensor:
    """Positions of the last piece of each word in `[CLS] pieces [SEP]`.

    Args:
        pieces: as returned by `pieces_of_words`.
        length: of the padded row.

    Returns:
        int32 [B, W]; -1 if a word has no piece, or its last piece was truncated.

    Example:
        >>> last_pieces(tf.ragged.constant([[[7], [8, 9]]]), length=5).numpy().tolist()
        [[1, 3]]
    """
    count_BW = tf.cast(pieces.row_lengths(axis=2).to_tensor(), tf.int32)
    last_BW = tf.cumsum(count_BW, axis=1)
    return tf.where((count_BW > 0) & (last_BW <= length - 2), last_BW, -1)


def linked_pieces(
    links_BK2: tf.Tensor, source_last_BW: tf.Tensor, target_last_BW: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Positions of the pieces that links connect.

    Args:
        links_BK2: as returned by `read_links`.
        source_last_BW: as returned by `last_pieces`.
        target_last_BW: as returned by `last_pieces`, for the other side.

    Returns:
        Positions on both sides, int32 [B, K] each, and weights float32 [B, K]: 1 for a link whose
        words both have a piece, else all three are 0.

    Example:
        >>> links, last = tf.constant([[[0, 1], [-1, -1]]]), tf.constant([[1, 3]])
        >>> [tensor.numpy().tolist() for tensor in linked_pieces(links, last, last)]
        [[[1, 0]], [[3, 0]], [[1.0, 0.0]]]
    """
    words_BK2 = tf.maximum(links_BK2, 0)
    source_BK = tf.gather(source_last_BW, words_BK2[:, :, 0], batch_dims=1)
    target_BK = tf.gather(target_last_BW, words_BK2[:, :, 1], batch_dims=1)
    is_link_BK = (links_BK2[:, :, 0] >= 0) & (source_BK > 0) & (target_BK > 0)
    mask_BK = tf.cast(is_link_BK, tf.int32)
    return source_BK * mask_BK, target_BK * mask_BK, tf.cast(is_link_BK, tf.float32)
