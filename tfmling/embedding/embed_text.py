"""Strings in, sentence vectors out, with an encoder in memory. N texts, B batch, D width."""

import functools
from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tfmling.embedding.by_length import embed_by_length
from tfmling.modeling.encoder import Encoder
from tfmling.modeling.padded_length import padded_length
from tfmling.tokenizers.build_tokenizer import build_tokenizer


class TextEmbedder:
    """Embeds texts in batches of about equal length, which costs little padding.

    Args:
        encoder: with its vocabulary and pooling.
        max_length: tokens, with [CLS] and [SEP]; what is longer is cut. None: as many as the
            encoder reads of a text, which is the most.
        batch_size: texts at a time.
        dimensions: keeps so many numbers of each vector; None keeps all.
    """

    def __init__(
        self,
        encoder: Encoder,
        max_length: int | None = None,
        batch_size: int = 64,
        dimensions: int | None = None,
    ):
        self.encoder = encoder
        self.dimensions = dimensions or encoder.embedding_dim
        longest = encoder.max_text_length
        self.max_length = longest if max_length is None else min(max_length, longest)
        self.batch_size = batch_size
        self.tokenizer = build_tokenizer(encoder.vocabulary)
        self._embed = tf.function(
            functools.partial(encoder.embed, dimensions=dimensions), reduce_retracing=True
        )

    def __call__(self, texts: Sequence[str], progress: str | None = None) -> np.ndarray:
        """Vectors [N, D] float32 of length one, in the order of the texts.

        `progress` names the bar that is shown; None shows none.
        """
        return embed_by_length(texts, self._embed_batch, self.batch_size, self.dimensions, progress)

    def is_truncated(self, texts: Sequence[str]) -> np.ndarray:
        """Which texts are longer than what is read of them, bool [N]."""
        return self.tokenizer.is_truncated(
            tf.constant(list(texts), tf.string), self.max_length
        ).numpy()

    def _embed_batch(self, texts: Sequence[str]) -> np.ndarray:
        ids = self.tokenizer(tf.constant(list(texts)))
        longest = int(tf.reduce_max(ids.row_lengths())) + 2
        length = padded_length(longest, self.max_length)
        return self._embed(self.tokenizer.pack(ids, length)).numpy()
