"""The hashed n-grams of test sets: made once on a machine, mapped into memory by its processes."""

import getpass
import hashlib
import logging
import os
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from tfmling import corpora
from tfmling.core import files
from tfmling.corpora.documents import Document
from tfmling.text.ngrams import hash_ngrams, is_spaceless, split_units
from tfmling.text.normalize import normalize

_LOGGER = logging.getLogger(__name__)
_VERSION = 1  # of what a hash means


def open_index(sets: Sequence[corpora.AnyMonolingual], n: int, n_letters: int) -> np.ndarray:
    """The different hashes of all n-grams of test sets, sorted, uint64, read-only.

    Args:
        sets: the test sets.
        n: words of an n-gram.
        n_letters: letters of an n-gram in scripts without spaces.
    """
    folder = Path(tempfile.gettempdir()) / f"tfmling-{getpass.getuser()}"
    path = folder / f"ngrams-{_key(sets, n, n_letters)}.npy"
    if not path.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        hashes = _read(sets, n, n_letters)
        _LOGGER.info("%d n-grams of test sets are held out", len(hashes))
        unfinished = path.with_suffix(f".{uuid.uuid4().hex[:8]}.npy")
        np.save(unfinished, hashes, allow_pickle=False)
        os.replace(unfinished, path)  # whichever process is last; they wrote the same
    return np.load(path, mmap_mode="r", allow_pickle=False)


def is_in(index: np.ndarray, hashes_G: np.ndarray) -> np.ndarray:
    """Whether each hash is in a sorted index, bool [G]."""
    if not len(index):
        return np.zeros(len(hashes_G), bool)
    places_G = np.minimum(np.searchsorted(index, hashes_G), len(index) - 1)
    return index[places_G] == hashes_G


def group_by_n(texts: Sequence[str], n: int, n_letters: int) -> dict[int, list[int]]:
    """The numbers of the texts whose n-grams have n words, and of those with n letters."""
    groups: dict[int, list[int]] = {}
    for number, text in enumerate(texts):
        own = n_letters if not text.isascii() and is_spaceless(text) else n
        groups.setdefault(own, []).append(number)
    return groups


def _read(sets: Sequence[corpora.AnyMonolingual], n: int, n_letters: int) -> np.ndarray:
    texts = list(_paragraphs(sets))
    parts = [np.zeros(0, np.uint64)]
    for own, numbers in group_by_n(texts, n, n_letters).items():
        parts.append(hash_ngrams([split_units(texts[number]) for number in numbers], own)[0])
    return np.unique(np.concatenate(parts))


def _paragraphs(sets: Sequence[corpora.AnyMonolingual]) -> Iterator[str]:
    for each in sets:
        for task in each.tasks():
            for document in each.read(*task):
                if isinstance(document, Document):
                    yield from map(normalize, document.paragraphs)


def _key(sets: Sequence[corpora.AnyMonolingual], n: int, n_letters: int) -> str:
    """Names what the index depends on: how it is made, and every byte of the sets."""
    digest = hashlib.sha256(f"{_VERSION} {n} {n_letters}".encode())
    for each in sets:
        digest.update(each.model_dump_json().encode())
        for path in (path for task in each.tasks() for path in task):
            with files.open_binary(path) as file:
                digest.update(hashlib.sha256(file.read()).digest())
    return digest.hexdigest()[:32]
