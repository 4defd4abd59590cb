"""Measures the space of sentence vectors on held-out pairs while a training runs."""

import itertools
from collections.abc import Iterator

import tensorflow as tf

from tfmling.embedding.embed_text import TextEmbedder
from tfmling.inputs.text_batches import chosen_shards
from tfmling.modeling.encoder import Encoder
from tfmling.records import example, tfrecord
from tfmling.training.embedding_figures import (
    alignment,
    effective_rank,
    found_share,
    uniformity,
)
from tfmling.training.monitor_settings import Monitor as Settings

Pair = tuple[str, str]


class Monitor:
    """Called with the step after every loop; measures at every `settings.every`-th.

    Args:
        settings: which pairs, how many, how often.
        encoder: what is trained.
        summary_folder: where TensorBoard finds the figures.
    """

    def __init__(self, settings: Settings, encoder: Encoder, summary_folder: str):
        self.every = settings.every
        self.pairs = dict(_pairs(settings))
        self.embed = TextEmbedder(encoder, settings.max_length, settings.batch_size)
        self._writer = tf.summary.create_file_writer(summary_folder)

    def __call__(self, step: int) -> dict[str, float]:
        """Figures by name, `monitor/en-sw/alignment` and so on; none where it is not time."""
        if step % self.every:
            return {}
        figures = {
            f"monitor/{key}/{name}": value
            for key, pairs in self.pairs.items()
            for name, value in self._measure(pairs).items()
        }
        with self._writer.as_default(step):
            for name, value in figures.items():
                tf.summary.scalar(name, value)
        return figures

    def _measure(self, pairs: list[Pair]) -> dict[str, float]:
        source_ND, target_ND = (self.embed(texts) for texts in zip(*pairs, strict=True))
        return {
            "alignment": alignment(source_ND, target_ND),
            "uniformity": (uniformity(source_ND) + uniformity(target_ND)) / 2,
            "source_rank": effective_rank(source_ND),
            "target_rank": effective_rank(target_ND),
            "forward_p_at_1": found_share(source_ND, target_ND),
            "backward_p_at_1": found_share(target_ND, source_ND),
        }


def _pairs(settings: Settings) -> Iterator[tuple[str, list[Pair]]]:
    shards = chosen_shards(settings.records, "sentence_pairs", settings.languages)
    for key, paths in shards.items():
        records = itertools.chain.from_iterable(map(tfrecord.read, paths))
        first = map(example.deserialize, itertools.islice(records, settings.pairs))
        pairs = [(str(record["source"]), str(record["target"])) for record in first]
        if len(pairs) < 2:
            raise ValueError(f"monitor: {key} has {len(pairs)} pairs; expected at least 2")
        yield key, pairs
