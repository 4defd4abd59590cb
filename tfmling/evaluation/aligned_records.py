"""Links of bitext as records, for a training that draws words to their translations.

Cao, Kitaev and Klein (2020), 2002.03518, section 3.2, and their released code: links that both
directions of a statistical aligner agree on, of these the ones whose two words have no other, and
no sentence of more than 64 words.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from tfmling.alignment.links import one_to_one
from tfmling.alignment.settings import AlignmentSet, AlignWords
from tfmling.alignment.texts import AlignmentPairs
from tfmling.evaluation.word_aligners import Aligned, PairLinks
from tfmling.records import tfrecord
from tfmling.records.folder import pair_key, shard_path
from tfmling.records.schemas import aligned_pair


def write_aligned_records(
    settings: AlignWords,
    read: Mapping[str, AlignmentPairs],
    found: Iterable[Aligned],
    folder: str,
) -> Counter[str]:
    """Writes the pairs of every set that has no gold links, as `aligned_pairs/…` in a folder.

    Args:
        settings: with `records`.
        read: the pairs of each set.
        found: the alignments of all sets and aligners.
        folder: an existing one.

    Returns:
        How many pairs were written, and how many left out and why.
    """
    assert settings.records is not None, "asked for records that the settings do not name"
    chosen = settings.records.aligner, settings.records.variant
    links = {own.name: own.links for own in found if (own.aligner, own.variant) == chosen}
    counts: Counter[str] = Counter()
    by_key: dict[str, list[bytes]] = {}
    for own in settings.recorded_sets:
        key = pair_key(*own.languages)
        records = _encode(own, read[own.name], links[own.name], settings.records.max_words, counts)
        by_key.setdefault(key, []).extend(records)
    for key, records in by_key.items():
        _write(key, records, settings.records.shards, folder)
    return counts


def _encode(
    settings: AlignmentSet,
    pairs: AlignmentPairs,
    links: PairLinks,
    max_words: int,
    counts: Counter[str],
) -> list[bytes]:
    records = []
    for source, target, own in zip(pairs.sources, pairs.targets, links, strict=True):
        if max(len(source), len(target)) > max_words:
            counts["too_many_words_for_a_record"] += 1
            continue
        kept = one_to_one(own)
        counts["recorded_links"] += len(kept)
        records.append(aligned_pair.encode(source, target, *settings.languages, kept))
    counts["recorded_pairs"] += len(records)
    return records


def _write(key: str, records: list[bytes], shards: int, folder: str) -> None:
    for index in range(shards):
        path = shard_path(folder, "aligned_pairs", key, index, shards)
        tfrecord.write(path, records[index::shards])
