"""Backend for an encoder in memory."""

import functools

import numpy as np
import tensorflow as tf

from tfmling.embedding.tokenizing_embedder import TokenizingEmbedder
from tfmling.modeling.encoder import Encoder
from tfmling.tokenizers.subword_tokenizer import round_up_length


class KerasEmbedder(TokenizingEmbedder):
    """Encodes sentences with an `Encoder`.

    Args:
        encoder: with its vocabulary and pooling.
        max_length: pieces to read of a sentence, special pieces included; None, or more than the
            encoder supports, means as many as the encoder reads.
        batch_size: sentences per call.
        truncate_dim: keep only the first dimensions of each vector, for encoders trained with
            Matryoshka; None keeps all.
        normalize: whether vectors are L2-normalized.

    Example:
        >>> embedder = KerasEmbedder(encoder, max_length=8)
        >>> embedder.encode(["a b", "c"]).shape
        (2, 16)
        >>> embedder.is_truncated(["a b", "a b c d e f g h"]).tolist()
        [False, True]
    """

    def __init__(
        self,
        encoder: Encoder,
        max_length: int | None = None,
        batch_size: int = 64,
        truncate_dim: int | None = None,
        *,
        normalize: bool = True,
    ):
        longest = encoder.max_text_length
        super().__init__(
            encoder.vocabulary,
            longest if max_length is None else min(max_length, longest),
            truncate_dim or encoder.embedding_dim,
            batch_size,
        )
        self.encoder = encoder
        self._embed = tf.function(
            functools.partial(encoder.embed, truncate_dim=truncate_dim, normalize=normalize),
            reduce_retracing=True,
        )

    def _encode_batch(self, sentences: list[str]) -> np.ndarray:
        ids, longest = self._tokenize(sentences)
        length = round_up_length(longest, self.max_length)
        return self._embed(self.tokenizer.pack(ids, length)).numpy()
