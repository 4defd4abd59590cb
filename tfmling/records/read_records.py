"""Read the records of a folder without TensorFlow."""

import itertools
import random
from collections.abc import Iterator, Sequence
from typing import get_args

from tfmling.core import files, manifest
from tfmling.records import example, schemas, tfrecord
from tfmling.records.folder import Kind, RecordsError, shards

Record = dict[str, str | int | list[str]]

_SCHEMAS: dict[Kind, schemas.Schema] = {
    "sentences": schemas.sentence,
    "segment_pairs": schemas.segment_pair,
    "sentence_pairs": schemas.sentence_pair,
    "hard_negatives": schemas.hard_negatives,
    "aligned_pairs": schemas.aligned_pair,
}


def kinds_of(folder: str) -> list[Kind]:
    """List the kinds of records in a folder.

    Raises:
        IncompleteError: the folder is not complete.
        RecordsError: it holds no records.

    Example:
        >>> record = schemas.sentence.encode("Habari", "sw")
        >>> _ = tfrecord.write("data/sentences/sw-00000-of-00001.tfrecord", [record])
        >>> manifest.write_manifest("data", command="build_monolingual")
        >>> kinds_of("data")
        ['sentences']
    """
    manifest.require_complete(folder)
    kinds = get_args(Kind)
    found = [kind for kind in kinds if files.find(files.join(folder, kind), ".tfrecord")]
    if not found:
        raise RecordsError(f"{folder}: no records; expected one of the folders {', '.join(kinds)}")
    return found


def read_records(
    folder: str, kind: Kind, keys: Sequence[str] | None = None
) -> Iterator[tuple[str, Record]]:
    """Yield the key and the features of each record, in the order of keys and shards.

    Args:
        folder: of build_monolingual, build_bitext, mine_bitext, mine_negatives or align_words.
        kind: of the records.
        keys: languages, or pairs such as en-sw; None for all.

    Raises:
        IncompleteError, DamagedError: the folder is not complete, or it was changed.
        RecordsError: it has no such records, or none with a given key.
        CorruptRecordError: a record is damaged.

    Example:
        >>> record = schemas.sentence.encode("Habari", "sw")
        >>> _ = tfrecord.write("data/sentences/sw-00000-of-00001.tfrecord", [record])
        >>> manifest.write_manifest("data", command="build_monolingual")
        >>> list(read_records("data", "sentences"))
        [('sw', {'text': 'Habari', 'language': 'sw'})]
    """
    by_key = shards(folder, kind)
    for key in keys or ():
        if key not in by_key:
            raise RecordsError(f"{folder}: no {kind} of {key}; found {', '.join(by_key)}")
    for key in by_key if keys is None else keys:
        for path in by_key[key]:
            for record in tfrecord.read(path):
                yield key, _features(record, kind)


def _features(record: bytes, kind: Kind) -> Record:
    """The features of a record, in the order of its schema."""
    lists = example.deserialize_lists(record)
    features: Record = {name: lists[name][0] for name in _SCHEMAS[kind].features}
    if kind == "hard_negatives":
        features["negatives"] = [str(text) for text in lists.get("negatives", [])]
    return features


def languages_of_pairs(folder: str) -> dict[str, tuple[str, str]]:
    """Return the source and target language of each key of sentence pairs that has records.

    The key alone is ambiguous: `zh-Hant-en`.

    Example:
        >>> record = schemas.sentence_pair.encode("Maji", "Water", "sw", "en")
        >>> _ = tfrecord.write("data/sentence_pairs/sw-en-00000-of-00001.tfrecord", [record])
        >>> manifest.write_manifest("data", command="build_bitext")
        >>> languages_of_pairs("data")
        {'sw-en': ('sw', 'en')}
    """
    found = {}
    for key in shards(folder, "sentence_pairs"):
        for _, record in itertools.islice(read_records(folder, "sentence_pairs", [key]), 1):
            found[key] = str(record["source_language"]), str(record["target_language"])
    return found


def draw_records(
    records: Iterator[tuple[str, Record]], count: int, seed: int
) -> list[tuple[str, Record]]:
    """Draw records at random, each with the same probability (Vitter 1985, algorithm R).

    Returns:
        `count` records, or all if there are fewer.

    Example:
        >>> draw_records(iter([("sw", {"text": "Habari"})]), count=5, seed=1)
        [('sw', {'text': 'Habari'})]
    """
    draw = random.Random(seed)
    drawn: list[tuple[str, Record]] = []
    for number, record in enumerate(records):
        if number < count:
            drawn.append(record)
        elif (place := draw.randrange(number + 1)) < count:
            drawn[place] = record
    return drawn
