"""The protocol of all backends: sentences in, vectors out.

Shapes: N sentences, B batch, D width.
"""

import abc
from collections.abc import Callable, Sequence

import numpy as np
from tqdm import tqdm

from tfmling.core.errors import InputError


class ModelError(InputError, ValueError):
    """A model lacks something that its use requires.

    Example:
        >>> raise ModelError("truncate_dim: expected at most 16, got 17")
        Traceback (most recent call last):
            ...
        tfmling.embedding.embedder.ModelError: truncate_dim: expected at most 16, got 17
    """


class Embedder(abc.ABC):
    """Encodes sentences as L2-normalized vectors.

    Args:
        embedding_dim: D, the width of the vectors.
        batch_size: sentences per call of the model.

    Example:
        >>> class Lengths(Embedder):
        ...     def _encode_batch(self, sentences):
        ...         return np.array([[len(sentence)] for sentence in sentences], np.float32)
        >>> Lengths(embedding_dim=1).encode(["four", "a"]).tolist()
        [[4.0], [1.0]]
    """

    def __init__(self, embedding_dim: int, batch_size: int = 64):
        self.embedding_dim = embedding_dim
        self.batch_size = batch_size

    def encode(self, sentences: Sequence[str], progress: str | None = None) -> np.ndarray:
        """Encode sentences.

        Args:
            sentences: any number of sentences.
            progress: label of a progress bar; None shows none.

        Returns:
            float32 [N, D], L2-normalized, in the order of `sentences`.
        """
        return encode_by_length(
            sentences, self._encode_batch, self.batch_size, self.embedding_dim, progress
        )

    def is_truncated(self, sentences: Sequence[str]) -> np.ndarray | None:
        """Which sentences are longer than the model's input, bool [N]; None if that is unknown."""
        return None

    @abc.abstractmethod
    def _encode_batch(self, sentences: list[str]) -> np.ndarray:
        """Vectors [B, D] of a batch."""


def encode_by_length(
    sentences: Sequence[str],
    encode_batch: Callable[[list[str]], np.ndarray],
    batch_size: int,
    embedding_dim: int,
    progress: str | None = None,
) -> np.ndarray:
    """Encode sentences in batches of similar length, which need little padding.

    Args:
        sentences: any number of sentences.
        encode_batch: maps the sentences of a batch to vectors [B, D].
        batch_size: sentences per batch.
        embedding_dim: D.
        progress: label of a progress bar; None shows none.

    Returns:
        float32 [N, D], in the order of `sentences`.

    Example:
        >>> def encode_batch(batch):
        ...     return np.array([[len(sentence)] for sentence in batch])
        >>> encode_by_length(["four", "a", "two"], encode_batch, 2, embedding_dim=1).tolist()
        [[4.0], [1.0], [3.0]]
    """
    vectors_ND = np.zeros((len(sentences), embedding_dim), np.float32)
    order = np.argsort([len(sentence) for sentence in sentences], kind="stable")
    with tqdm(total=len(sentences), desc=progress, disable=progress is None) as bar:
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            vectors_ND[rows] = encode_batch([sentences[row] for row in rows])
            bar.update(len(rows))
    return vectors_ND
