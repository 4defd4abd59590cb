"""Base of the backends whose models take ids: text is tokenized here.

Shapes: N sentences, B batch, L length, D width.
"""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tfmling.embedding.embedder import Embedder
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary


class TokenizingEmbedder(Embedder):
    """Tokenizes sentences for a model of ids.

    Args:
        vocabulary: of the model.
        max_length: pieces that the model reads of a sentence, special pieces included.
        embedding_dim: D.
        batch_size: sentences per call of the model.

    Example:
        >>> class Counts(TokenizingEmbedder):
        ...     def _encode_batch(self, sentences):
        ...         ids, _ = self._tokenize(sentences)
        ...         return ids.row_lengths().numpy()[:, np.newaxis]
        >>> counts = Counts(encoder.vocabulary, max_length=4, embedding_dim=1, batch_size=8)
        >>> counts.encode(["a", "a b c"]).tolist(), counts.is_truncated(["a", "a b c"]).tolist()
        ([[1.0], [3.0]], [False, True])
    """

    def __init__(
        self, vocabulary: SubwordVocabulary, max_length: int, embedding_dim: int, batch_size: int
    ):
        super().__init__(embedding_dim, batch_size)
        self.tokenizer = build_tokenizer(vocabulary)
        self.max_length = max_length

    def is_truncated(self, sentences: Sequence[str]) -> np.ndarray:
        """Which sentences have more than `max_length` pieces, bool [N]."""
        sentences_N = tf.constant(list(sentences), tf.string)
        return self.tokenizer.is_truncated(sentences_N, self.max_length).numpy()

    def _tokenize(self, sentences: list[str]) -> tuple[tf.RaggedTensor, int]:
        """Ids without special pieces, and the length of the longest row with them."""
        ids = self.tokenizer(tf.constant(sentences, tf.string))
        return ids, int(tf.reduce_max(ids.row_lengths())) + 2
