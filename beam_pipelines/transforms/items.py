"""The values that travel between workers: cleaned sentences and sentence pairs."""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from tfmling.text.fingerprints import shard_of

# one language of a sentence, two of a pair
Languages = tuple[str, ...]

# languages and shard; a plain tuple, which Beam encodes the same in every process
ShardKey = tuple[Languages, int]

DIGEST_BYTES = 16
_HEAD = 4  # numbers before the columns: items, texts of each, bytes of paths, bytes of texts


class Item(NamedTuple):
    """A cleaned sentence or sentence pair.

    Between workers, items travel as blocks (`pack`): Beam would pickle each.

    Attributes:
        fingerprint: 16 bytes; items with equal fingerprints are duplicates.
        path: the file.
        document_line: the first line of its document.
        line: its line in the file.
        index: its number in the document.
        texts: one of a sentence, two of a pair.

    Example:
        >>> item = Item(b"1" * 16, "a.txt", document_line=1, line=3, index=0, texts=("Habari",))
        >>> item.location
        'a.txt:3'
    """

    fingerprint: bytes
    path: str
    document_line: int
    line: int
    index: int
    texts: tuple[str, ...]

    @property
    def location(self) -> str:
        """File and line."""
        return f"{self.path}:{self.line}"


def join_languages(languages: Languages) -> str:
    """Return languages as in file names and counts.

    Example:
        >>> join_languages(("sw",)), join_languages(("en", "sw"))
        ('sw', 'en-sw')
    """
    return "-".join(languages)


def deduplicate(items: Iterable[Item]) -> tuple[list[Item], list[Item]]:
    """Separate the first item of each fingerprint, by file and line, from repetitions.

    Returns:
        Both in the order of fingerprints, which is independent of the order of `items` and, for
        the texts, as good as random.

    Example:
        >>> items = [Item(b"1" * 16, path, 1, 1, 0, ("Habari",)) for path in ("b.txt", "a.txt")]
        >>> kept, repeated = deduplicate(items)
        >>> kept[0].path, repeated[0].path
        ('a.txt', 'b.txt')
    """
    kept: list[Item] = []
    repeated: list[Item] = []
    for item in sorted(items):
        same = bool(kept) and kept[-1].fingerprint == item.fingerprint
        (repeated if same else kept).append(item)
    return kept, repeated


def by_shard(
    keyed: Iterable[tuple[Languages, Item]], num_shards: int
) -> dict[ShardKey, list[Item]]:
    """Group items by languages and by the shard of their fingerprints.

    Example:
        >>> item = Item(bytes(7) + b"\\x05" + bytes(8), "a.txt", 1, 1, 0, ("Habari",))
        >>> list(by_shard([(("sw",), item)], num_shards=4))  # 5 modulo 4
        [(('sw',), 1)]
    """
    shards: dict[ShardKey, list[Item]] = {}
    for languages, item in keyed:
        key = languages, shard_of(item.fingerprint, num_shards)
        shards.setdefault(key, []).append(item)
    return shards


def pack(parts: Sequence[Sequence[Item]]) -> bytes:
    """Encode the items of several parts as one block, column by column.

    Beam takes 5 to 15 microseconds for each value that it shuffles, whatever its size.

    Args:
        parts: items, all with the same number of texts.

    Example:
        >>> item = Item(b"1" * 16, "a.txt", 1, 1, 0, ("Habari",))
        >>> block = pack([[item], [item]])
        >>> unpack(block) == [item, item]
        True
    """
    items = [item for part in parts for item in part]
    paths = list(dict.fromkeys(item.path for item in items))
    numbers = {path: number for number, path in enumerate(paths)}
    texts = [text for item in items for text in item.texts]
    named = json.dumps(paths).encode()
    joined = "".join(texts).encode()
    per_item = len(texts) // len(items) if items else 0
    head = np.array([len(items), per_item, len(named), len(joined)], "<i8")
    places = [(numbers[item.path], item.document_line, item.line, item.index) for item in items]
    lengths = np.fromiter(map(len, texts), "<i4", len(texts))
    digests = b"".join(item.fingerprint for item in items)
    columns = [head.tobytes(), named, digests, np.array(places, "<i8").tobytes()]
    return b"".join([*columns, lengths.tobytes(), joined])


def unpack(block: bytes) -> list[Item]:
    """Decode the items of a block, in order.

    Example:
        >>> item = Item(b"1" * 16, "a.tsv", 1, 1, 0, ("Maji", "Water"))
        >>> unpack(pack([[item]]))[0].texts
        ('Maji', 'Water')
    """
    count, per_item, named, joined = (int(n) for n in np.frombuffer(block, "<i8", _HEAD))
    start = 8 * _HEAD

    def take(length: int) -> bytes:
        nonlocal start
        start += length
        return block[start - length : start]

    paths = json.loads(take(named))
    digests = take(DIGEST_BYTES * count)
    places = np.frombuffer(take(32 * count), "<i8").reshape(-1, 4).tolist()
    ends = np.cumsum(np.frombuffer(take(4 * count * per_item), "<i4")).tolist()
    text = take(joined).decode()
    texts = [text[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
    grouped = zip(*(texts[n::per_item] for n in range(per_item)), strict=True)
    return [
        Item(digests[DIGEST_BYTES * n : DIGEST_BYTES * (n + 1)], paths[path], *place, own)
        for n, ((path, *place), own) in enumerate(zip(places, grouped, strict=True))
    ]
