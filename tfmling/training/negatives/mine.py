"""Pairs and an encoder in, the same pairs with hard negatives out. N pairs, K candidates."""

import sys
from collections.abc import Iterator

import numpy as np

from tfmling.conversion.encoder_folder import load_encoder
from tfmling.core import files, outputs
from tfmling.embedding.embed_text import TextEmbedder
from tfmling.inputs.text_batches import chosen_shards
from tfmling.mining.neighbours import nearest_neighbours
from tfmling.records import tfrecord
from tfmling.records.folder import shard_path
from tfmling.records.schemas import hard_negatives
from tfmling.training.negatives.choose import Chosen, choose_negatives
from tfmling.training.negatives.counts import Counts, write_negatives_page
from tfmling.training.negatives.pairs import Pairs
from tfmling.training.negatives.settings import MineNegatives


def mine_negatives(settings: MineNegatives) -> None:
    """Writes `settings.output`: records of kind hard_negatives, counts.json, negatives.html."""
    by_key = chosen_shards(settings.records, "sentence_pairs", settings.languages)
    embedder = TextEmbedder(
        load_encoder(settings.encoder, dropout=0.0), settings.max_length, settings.batch_size
    )
    counts: dict[str, Counts] = {}
    with outputs.publish(settings) as output:
        for key, paths in by_key.items():
            counts[key] = Counts()
            records = _mine_key(key, Pairs(paths), embedder, settings, counts[key])
            tfrecord.write(shard_path(output, "hard_negatives", key, 0, 1), records)
        numbers = {key: own.numbers() for key, own in counts.items()}
        files.write_json(f"{output}/counts.json", numbers)
        write_negatives_page(f"{output}/negatives.html", counts)
    print(f"hard negatives written to {settings.output}: {numbers}", file=sys.stderr)


def _mine_key(
    key: str, pairs: Pairs, embedder: TextEmbedder, settings: MineNegatives, counts: Counts
) -> Iterator[bytes]:
    """The records of one language pair."""
    pool = pairs.pool(settings.pool, settings.seed)
    pool_MD = embedder(pool, progress=f"{key}: targets searched")
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
    pairs: Pairs,
    pool: list[str],
    pool_MD: np.ndarray,
    embedder: TextEmbedder,
    settings: MineNegatives,
) -> Chosen:
    source_ND, target_ND = (
        embedder([record[side] for record in block], progress=f"{side}s")
        for side in ("source", "target")
    )
    found = nearest_neighbours(source_ND, pool_MD, min(settings.candidates, len(pool)))
    is_translation_NK = np.array(
        [
            [pairs.are_translations(record["source"], pool[row]) for row in index_K]
            for record, index_K in zip(block, found.index, strict=True)
        ]
    )
    return choose_negatives(
        found.similarity,
        found.index,
        np.sum(source_ND * target_ND, axis=1),
        is_translation_NK,
        negatives=settings.negatives,
        max_ratio=settings.max_ratio,
    )
