"""Texts and pairs in memory, or in folders of records.

Lists are written as records, so that training reads them exactly as it reads large corpora.
"""

from collections.abc import Sequence

from tfmling.core import manifest
from tfmling.core.errors import InputError
from tfmling.records import tfrecord
from tfmling.records.folder import pair_key, shard_path
from tfmling.records.read_records import read_records
from tfmling.records.schemas import sentence, sentence_pair
from tfmling.text.normalize import normalize

Texts = str | Sequence[str]
Pairs = str | Sequence[tuple[str, str]]

# Keys of records of lists whose languages are not named.
LANGUAGE = "und"
LANGUAGES = ("source", "target")


class DataError(InputError, ValueError):
    """Texts or pairs that cannot be used.

    Example:
        >>> check_texts([])
        Traceback (most recent call last):
            ...
        tfmling.api.data.DataError: texts: expected at least one, got an empty list
    """


def check_texts(texts: Sequence[str], name: str = "texts") -> list[str]:
    """Normalize texts as build_monolingual does.

    Raises:
        DataError: there are none, or an item is empty or no string.

    Example:
        >>> check_texts(["  Habari\\tya asubuhi "])
        ['Habari ya asubuhi']
    """
    if len(texts) == 0:
        raise DataError(f"{name}: expected at least one, got an empty list")
    return [_check_text(text, f"{name}[{number}]") for number, text in enumerate(texts)]


def check_pairs(pairs: Sequence[tuple[str, str]], name: str = "pairs") -> list[tuple[str, str]]:
    """Normalize sentence pairs as build_bitext does.

    Raises:
        DataError: there are none, an item is no pair, or a side is empty or no string.

    Example:
        >>> check_pairs([("Maji", "Water"), ("Moto", "")])
        Traceback (most recent call last):
            ...
        tfmling.api.data.DataError: pairs[1][1]: expected text, got ''
    """
    if len(pairs) == 0:
        raise DataError(f"{name}: expected at least one, got an empty list")
    checked = []
    for number, pair in enumerate(pairs):
        if isinstance(pair, str) or len(pair) != 2:
            raise DataError(f"{name}[{number}]: expected (source, target), got {pair!r}")
        source, target = (_check_text(x, f"{name}[{number}][{k}]") for k, x in enumerate(pair))
        checked.append((source, target))
    return checked


def _check_text(text: str, place: str) -> str:
    clean = normalize(text) if isinstance(text, str) else ""
    if not clean:
        raise DataError(f"{place}: expected text, got {text!r}")
    return clean


def read_texts(texts: Texts) -> list[str]:
    """Return texts; those of a folder of build_monolingual are read.

    Example:
        >>> read_texts(store_texts(["Habari"], folder))
        ['Habari']
    """
    if not isinstance(texts, str):
        return check_texts(texts)
    return [str(record["text"]) for _, record in read_records(texts, "sentences")]


def read_pairs(pairs: Pairs) -> list[tuple[str, str]]:
    """Return pairs; those of a folder of build_bitext are read.

    Example:
        >>> read_pairs(store_pairs([("Maji", "Water")], folder))
        [('Maji', 'Water')]
    """
    if not isinstance(pairs, str):
        return check_pairs(pairs)
    records = read_records(pairs, "sentence_pairs")
    return [(str(record["source"]), str(record["target"])) for _, record in records]


def store_texts(texts: Texts, folder: str, language: str = LANGUAGE) -> str:
    """Write texts as records; return the folder, or the given one if they are records already.

    Example:
        >>> store_texts("runs/monolingual", folder)
        'runs/monolingual'
    """
    if isinstance(texts, str):
        return texts
    records = [sentence.encode(text, language) for text in check_texts(texts)]
    tfrecord.write(shard_path(folder, "sentences", language, 0, 1), records)
    manifest.write_manifest(folder, command="build_monolingual")
    return folder


def store_pairs(pairs: Pairs, folder: str, languages: tuple[str, str] = LANGUAGES) -> str:
    """Write pairs as records; return the folder, or the given one if they are records already.

    Example:
        >>> store_pairs("runs/bitext", folder)
        'runs/bitext'
    """
    if isinstance(pairs, str):
        return pairs
    records = [sentence_pair.encode(*pair, *languages) for pair in check_pairs(pairs)]
    tfrecord.write(shard_path(folder, "sentence_pairs", pair_key(*languages), 0, 1), records)
    manifest.write_manifest(folder, command="build_bitext")
    return folder
