"""Measure the sentence embeddings of held-out pairs during training. N pairs, D width."""

import itertools
from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.inputs.text_batches import chosen_shards
from tfmling.modeling.encoder import Encoder
from tfmling.records import example, tfrecord
from tfmling.training.settings import Monitor

Pair = tuple[str, str]


class EmbeddingMonitor:
    """Measures held-out pairs at every `settings.every`-th step; call it with the step.

    Args:
        settings: pairs, and how often to measure them.
        encoder: the trained encoder.
        summary_folder: for TensorBoard.

    Example:
        >>> from tfmling.core import manifest
        >>> from tfmling.records.schemas import sentence_pair
        >>> pairs = [sentence_pair.encode(text, text, "en", "sw") for text in ("a b", "c d")]
        >>> _ = tfrecord.write("data/sentence_pairs/en-sw-00000-of-00001.tfrecord", pairs)
        >>> manifest.write_manifest("data", command="build_bitext")
        >>> monitor = EmbeddingMonitor(Monitor(records=["data"], every=200), encoder, "summaries")
        >>> monitor(100), monitor(200)["monitor/en-sw/forward_p_at_1"]
        ({}, 1.0)
    """

    def __init__(self, settings: Monitor, encoder: Encoder, summary_folder: str):
        self.every = settings.every
        self.pairs = dict(_read_pairs(settings))
        self.embedder = KerasEmbedder(encoder, settings.max_length, settings.batch_size)
        self._writer = tf.summary.create_file_writer(summary_folder)

    def __call__(self, step: int) -> dict[str, float]:
        """Metrics named like `monitor/en-sw/alignment`; empty at all other steps."""
        if step % self.every:
            return {}
        metrics = {
            f"monitor/{key}/{name}": value
            for key, pairs in self.pairs.items()
            for name, value in self._measure(pairs).items()
        }
        with self._writer.as_default(step):
            for name, value in metrics.items():
                tf.summary.scalar(name, value)
        return metrics

    def _measure(self, pairs: list[Pair]) -> dict[str, float]:
        source_ND, target_ND = (self.embedder.encode(texts) for texts in zip(*pairs, strict=True))
        return {
            "alignment": alignment(source_ND, target_ND),
            "uniformity": (uniformity(source_ND) + uniformity(target_ND)) / 2,
            "source_rank": effective_rank(source_ND),
            "target_rank": effective_rank(target_ND),
            "forward_p_at_1": precision_at_1(source_ND, target_ND),
            "backward_p_at_1": precision_at_1(target_ND, source_ND),
        }


def _read_pairs(settings: Monitor) -> Iterator[tuple[str, list[Pair]]]:
    shards = chosen_shards(settings.records, "sentence_pairs", settings.languages)
    for key, paths in shards.items():
        records = itertools.chain.from_iterable(map(tfrecord.read, paths))
        first = map(example.deserialize, itertools.islice(records, settings.pairs))
        pairs = [(str(record["source"]), str(record["target"])) for record in first]
        if len(pairs) < 2:
            raise ValueError(f"monitor: {key} has {len(pairs)} pairs; expected at least 2")
        yield key, pairs


def alignment(source_ND: np.ndarray, target_ND: np.ndarray) -> float:
    """Mean squared distance between translations; 0 is best, unrelated vectors have 2.

    Wang and Isola (2020), 2005.10242, section 4, with alpha = 2.

    Args:
        source_ND: unit vectors.
        target_ND: unit vectors of their translations.

    Example:
        >>> alignment(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]))
        2.0
    """
    return float(np.mean(np.sum((source_ND - target_ND) ** 2, axis=1)))


def uniformity(vectors_ND: np.ndarray) -> float:
    """Log of the mean of exp(-2 x squared distance) over all pairs of different rows.

    0 if all vectors are equal; the lower, the more evenly they cover the sphere (Wang and Isola
    2020, section 4, with t = 2).

    Args:
        vectors_ND: unit vectors.

    Example:
        >>> round(uniformity(np.eye(2)), 6)
        -4.0
    """
    cosines_NN = vectors_ND @ vectors_ND.T
    above = np.triu_indices(len(vectors_ND), k=1)
    return float(np.log(np.mean(np.exp(-2.0 * (2.0 - 2.0 * cosines_NN[above].astype(np.float64))))))


def effective_rank(vectors_ND: np.ndarray) -> float:
    """Exponential of the entropy of the normalized singular values, from 1 to min(N, D).

    Roy and Vetterli (2007), "The effective rank". A fall indicates collapse to a few directions
    (RankMe: Garrido et al. 2023, 2210.02885). Vectors are not centered, so a direction that all of
    them share lowers it.

    Example:
        >>> round(effective_rank(np.eye(3)), 6)
        3.0
    """
    values = np.linalg.svd(vectors_ND.astype(np.float64), compute_uv=False)
    shares = values[values > 0] / values.sum()
    return float(np.exp(-np.sum(shares * np.log(shares))))


def precision_at_1(query_ND: np.ndarray, answer_ND: np.ndarray) -> float:
    """The share of queries whose nearest answer, by cosine, is their own.

    Args:
        query_ND: unit vectors.
        answer_ND: unit vectors; row n is the answer to query n.

    Example:
        >>> precision_at_1(np.eye(3), np.eye(3)[[0, 2, 1]])
        0.3333333333333333
    """
    nearest_N = np.argmax(query_ND @ answer_ND.T, axis=1)
    return float(np.mean(nearest_N == np.arange(len(query_ND))))
