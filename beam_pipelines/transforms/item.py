"""What travels between workers: a text or a pair of texts with its fingerprint and its place.

Items are plain tuples and their keys plain tuples of strings and numbers, because Beam's own coder
writes these fast and, for keys, the same in every process.
"""

from collections.abc import Iterable

from tfmling.text.fingerprints import shard_of

# first line of the document, line, number in the document
Place = tuple[int, int, int]

# fingerprint, file, place in it, texts: one of a sentence, two of a pair
Item = tuple[bytes, str, Place, tuple[str, ...]]

# one of a sentence, two of a pair
Languages = tuple[str, ...]

# languages and shard
ShardKey = tuple[Languages, int]


def label(languages: Languages) -> str:
    """The languages as they stand in file names and counts: sw, en-sw."""
    return "-".join(languages)


def uri_of(item: Item) -> str:
    """The file and line of an item."""
    _, path, (_, line, _), _ = item
    return f"{path}:{line}"


def deduplicate(items: Iterable[Item]) -> tuple[list[Item], list[Item]]:
    """Parts items into the first of each fingerprint, by file and place, and the others.

    Returns:
        Both in the order of fingerprints, which is the same whatever the order they came in, and
        as good as random for the texts.
    """
    kept: list[Item] = []
    repeated: list[Item] = []
    for item in sorted(items):
        same = bool(kept) and kept[-1][0] == item[0]
        (repeated if same else kept).append(item)
    return kept, repeated


def by_shard(
    keyed: Iterable[tuple[Languages, Item]], num_shards: int
) -> dict[ShardKey, list[Item]]:
    """Gathers items by languages and the shard that their fingerprints belong in."""
    shards: dict[ShardKey, list[Item]] = {}
    for languages, item in keyed:
        shards.setdefault((languages, shard_of(item[0], num_shards)), []).append(item)
    return shards
