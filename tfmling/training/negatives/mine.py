"""Add hard negatives to sentence pairs. N pairs of a block, K candidates, M targets of the pool."""

import collections
import random
import sys
from collections.abc import Iterable, Iterator

import numpy as np

from tfmling.conversion.encoder_folder import load_encoder
from tfmling.core import files, outputs
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.inputs.text_batches import chosen_shards
from tfmling.mining.neighbors import nearest_neighbors
from tfmling.records import example, tfrecord
from tfmling.records.folder import shard_path
from tfmling.records.schemas import hard_negatives
from tfmling.training.negatives.choose import ChosenNegatives, choose_negatives
from tfmling.training.negatives.counts import NegativeCounts, write_negatives_page
from tfmling.training.negatives.settings import MineNegatives

BLOCK = 8192  # pairs to embed and search at a time


def mine_negatives(settings: MineNegatives) -> None:
    """Write records of kind hard_negatives, counts.json and negatives.html to the output folder."""
    by_key = chosen_shards(settings.records, "sentence_pairs", settings.languages)
    embedder = KerasEmbedder(
        load_encoder(settings.encoder, dropout=0.0), settings.max_length, settings.batch_size
    )
    counts: dict[str, NegativeCounts] = {}
    with outputs.publish(settings) as output:
        for key, paths in by_key.items():
            counts[key] = NegativeCounts()
            records = _mine_language_pair(key, _Pairs(paths), embedder, settings, counts[key])
            tfrecord.write(shard_path(output, "hard_negatives", key, 0, 1), records)
        numbers = {key: own.numbers() for key, own in counts.items()}
        files.write_json(f"{output}/counts.json", numbers)
        write_negatives_page(f"{output}/negatives.html", counts)
    print(f"hard negatives written to {settings.output}: {numbers}", file=sys.stderr)


class _Pairs:
    """The sentence pairs of one language pair in memory, and all translations that they contain.

    Args:
        paths: shards of kind sentence_pairs.
    """

    def __init__(self, paths: Iterable[str]):
        self.records = [
            {name: str(value) for name, value in example.deserialize(record).items()}
            for path in paths
            for record in tfrecord.read(path)
        ]
        self._translations: dict[str, set[str]] = collections.defaultdict(set)
        for record in self.records:
            self._translations[record["source"]].add(record["target"])

    def blocks(self) -> Iterator[list[dict[str, str]]]:
        """Consecutive pairs, in order."""
        for start in range(0, len(self.records), BLOCK):
            yield self.records[start : start + BLOCK]

    def sample_targets(self, size: int, seed: int) -> list[str]:
        """At most `size` distinct targets, sorted."""
        targets = sorted({record["target"] for record in self.records})
        if len(targets) <= size:
            return targets
        return sorted(random.Random(seed).sample(targets, size))

    def are_translations(self, source: str, target: str) -> bool:
        """Whether the pairs contain this pair, or both texts are equal."""
        return source == target or target in self._translations[source]


def _mine_language_pair(
    key: str,
    pairs: _Pairs,
    embedder: KerasEmbedder,
    settings: MineNegatives,
    counts: NegativeCounts,
) -> Iterator[bytes]:
    """The records of one language pair."""
    pool = pairs.sample_targets(settings.pool, settings.seed)
    pool_MD = embedder.encode(pool, progress=f"{key}: candidate targets")
    counts.truncated_texts = sum(
        int(embedder.is_truncated([record[side] for record in block]).sum())
        for block in pairs.blocks()
        for side in ("source", "target")
    )
    for block in pairs.blocks():
        chosen = _choose(block, pairs, pool, pool_MD, embedder, settings)
        counts.passed_over_translations += chosen.translations
        counts.passed_over_too_near += chosen.too_near
        for record, rows in zip(block, chosen.rows, strict=True):
            negatives = [pool[row] for row in rows]
            counts.add(record["source"], record["target"], negatives)
            yield hard_negatives.encode(**record, negatives=negatives)


def _choose(
    block: list[dict[str, str]],
    pairs: _Pairs,
    pool: list[str],
    pool_MD: np.ndarray,
    embedder: KerasEmbedder,
    settings: MineNegatives,
) -> ChosenNegatives:
    source_ND, target_ND = (
        embedder.encode([record[side] for record in block], progress=f"{side}s")
        for side in ("source", "target")
    )
    nearest = nearest_neighbors(source_ND, pool_MD, min(settings.candidates, len(pool)))
    is_translation_NK = np.array(
        [
            [pairs.are_translations(record["source"], pool[row]) for row in index_K]
            for record, index_K in zip(block, nearest.index, strict=True)
        ]
    )
    return choose_negatives(
        nearest.similarity,
        nearest.index,
        np.sum(source_ND * target_ND, axis=1),
        is_translation_NK,
        negatives=settings.negatives,
        max_ratio=settings.max_ratio,
    )
