"""Texts and pairs in memory, or in folders of records.

Lists are written as records, so that training reads them exactly as it reads large corpora.
"""

import os
from collections.abc import Iterable, Mapping, Set
from typing import Any, TypeVar

import numpy as np

from tfmling.core import manifest
from tfmling.core.errors import InputError
from tfmling.core.text_encoding import is_encodable
from tfmling.records import tfrecord
from tfmling.records.folder import Kind, pair_key, shard_path
from tfmling.records.read_records import read_records
from tfmling.records.schemas import sentence, sentence_pair
from tfmling.text.normalize import normalize

Texts = str | os.PathLike[str] | Iterable[str]
Pairs = str | os.PathLike[str] | Iterable[tuple[str, str]]
Item = TypeVar("Item")

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


def in_memory(data: str | os.PathLike[str] | Iterable[Item], name: str) -> str | list[Item]:
    """Return the path of a folder, or a list of the items, which can be read again.

    Raises:
        DataError: see `as_list`.

    Example:
        >>> in_memory(zip(["Maji"], ["Water"]), "pairs")
        [('Maji', 'Water')]
    """
    if isinstance(data, str | os.PathLike):
        return os.fspath(data)
    return as_list(data, name)


def as_list(items: Iterable[Item], name: str) -> list[Item]:
    """Return the items of any ordered collection, or of an iterator, which is used up.

    Raises:
        DataError: it is none, or has no order, so that results would differ from run to run.

    Example:
        >>> as_list({"Maji", "Moto"}, "texts")
        Traceback (most recent call last):
            ...
        tfmling.api.data.DataError: texts: expected a list, got set
    """
    if isinstance(items, Set | Mapping | bytes) or not isinstance(items, Iterable):
        raise DataError(f"{name}: expected a list, got {type(items).__name__}")
    return list(items)


def check_languages(languages: tuple[str, str]) -> tuple[str, str]:
    """Check the languages of source and target.

    Raises:
        DataError: they are not two different codes.

    Example:
        >>> check_languages(("sw", "en"))
        ('sw', 'en')
    """
    if not _is_pair(languages) or languages[0] == languages[1]:
        raise DataError(f"languages: expected two, such as ('sw', 'en'), got {languages!r}")
    return languages


def _is_pair(value: Any) -> bool:
    return isinstance(value, tuple | list | np.ndarray) and len(value) == 2


def check_texts(texts: list[str], name: str = "texts") -> list[str]:
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


def check_pairs(pairs: list[tuple[str, str]], name: str = "pairs") -> list[tuple[str, str]]:
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
        if not _is_pair(pair):
            raise DataError(f"{name}[{number}]: expected (source, target), got {pair!r}")
        source, target = (_check_text(x, f"{name}[{number}][{k}]") for k, x in enumerate(pair))
        checked.append((source, target))
    return checked


def _check_text(text: str, place: str) -> str:
    clean = normalize(text) if isinstance(text, str) else ""
    if not clean or not is_encodable(clean):
        raise DataError(f"{place}: expected text, got {text!r}")
    return clean


def read_texts(texts: Texts, name: str = "texts") -> list[str]:
    """Return texts; those of a folder of build_monolingual are read.

    Example:
        >>> read_texts(store_texts(["Habari"], folder))
        ['Habari']
    """
    own = in_memory(texts, name)
    if isinstance(own, list):
        return check_texts(own, name)
    return [str(record["text"]) for _, record in read_records(own, "sentences")]


def read_pairs(pairs: Pairs) -> list[tuple[str, str]]:
    """Return pairs; those of a folder of build_bitext are read.

    Example:
        >>> read_pairs(store_pairs([("Maji", "Water")], folder))
        [('Maji', 'Water')]
    """
    own = in_memory(pairs, "pairs")
    if isinstance(own, list):
        return check_pairs(own)
    records = read_records(own, "sentence_pairs")
    return [(str(record["source"]), str(record["target"])) for _, record in records]


def store_texts(texts: Texts, folder: str, language: str = LANGUAGE) -> str:
    """Write texts as records; return the folder, or the given one if they are records already.

    Example:
        >>> store_texts("runs/monolingual", folder)
        'runs/monolingual'
    """
    own = in_memory(texts, "texts")
    if isinstance(own, str):
        return own
    records = [sentence.encode(text, language) for text in check_texts(own)]
    return _store(records, folder, "sentences", language, "build_monolingual")


def store_pairs(pairs: Pairs, folder: str, languages: tuple[str, str] = LANGUAGES) -> str:
    """Write pairs as records; return the folder, or the given one if they are records already.

    Example:
        >>> store_pairs("runs/bitext", folder)
        'runs/bitext'
    """
    own = in_memory(pairs, "pairs")
    if isinstance(own, str):
        return own
    records = [sentence_pair.encode(*pair, *languages) for pair in check_pairs(own)]
    return _store(records, folder, "sentence_pairs", pair_key(*languages), "build_bitext")


def _store(records: list[bytes], folder: str, kind: Kind, key: str, command: str) -> str:
    tfrecord.write(shard_path(folder, kind, key, 0, 1), records)
    manifest.write_manifest(folder, command=command)
    return folder
