"""Hashed n-grams of test sets: built once per machine, memory-mapped by its processes."""

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
from tfmling.core import manifest
from tfmling.corpora.documents import Document
from tfmling.text.ngrams import hash_ngrams, is_spaceless, split_units
from tfmling.text.normalize import normalize

_LOGGER = logging.getLogger(__name__)
_VERSION = 1  # increase it if the same n-gram gets another hash


def open_index(sets: Sequence[corpora.AnyMonolingual], n: int, n_letters: int) -> np.ndarray:
    """Build or reuse the index of the n-grams of test sets.

    Args:
        sets: the test sets.
        n: words per n-gram.
        n_letters: letters per n-gram in scripts without spaces.

    Returns:
        The distinct hashes of all n-grams, sorted, uint64, memory-mapped read-only.

    Example:
        >>> _ = open("test.txt", "w").write("Maji ni uhai.\\n")
        >>> test_set = corpora.PlainText(format="plain_text", path="test.txt", language="sw")
        >>> len(open_index([test_set], n=2, n_letters=20))  # "maji ni" and "ni uhai"
        2
    """
    folder = Path(tempfile.gettempdir()) / f"tfmling-{getpass.getuser()}"
    path = folder / f"ngrams-{_cache_key(sets, n, n_letters)}.npy"
    if not path.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        hashes = _hash_sets(sets, n, n_letters)
        _LOGGER.info("%d n-grams of test sets are held out", len(hashes))
        unfinished = path.with_suffix(f".{uuid.uuid4().hex[:8]}.npy")
        np.save(unfinished, hashes, allow_pickle=False)
        os.replace(unfinished, path)  # concurrent processes write equal files, so any may win
    return np.load(path, mmap_mode="r", allow_pickle=False)


def is_in(index: np.ndarray, hashes_G: np.ndarray) -> np.ndarray:
    """Whether each hash is in a sorted index, bool [G].

    Example:
        >>> is_in(np.array([2, 5, 9]), np.array([5, 6])).tolist()
        [True, False]
    """
    if not len(index):
        return np.zeros(len(hashes_G), bool)
    places_G = np.minimum(np.searchsorted(index, hashes_G), len(index) - 1)
    return index[places_G] == hashes_G


def group_by_n(texts: Sequence[str], n: int, n_letters: int) -> dict[int, list[int]]:
    """Positions of texts by the n that applies to them: `n` words, or `n_letters` letters.

    Example:
        >>> group_by_n(["good morning", "สวัสดีครับ"], n=8, n_letters=20)
        {8: [0], 20: [1]}
    """
    groups: dict[int, list[int]] = {}
    for number, text in enumerate(texts):
        own = n_letters if not text.isascii() and is_spaceless(text) else n
        groups.setdefault(own, []).append(number)
    return groups


def read_paragraphs(sets: Sequence[corpora.AnyMonolingual]) -> Iterator[tuple[str, str]]:
    """Yield the normalized paragraphs of corpora with their languages.

    Example:
        >>> _ = open("test.txt", "w").write("Maji  ni uhai.\\n")
        >>> test_set = corpora.PlainText(format="plain_text", path="test.txt", language="sw")
        >>> list(read_paragraphs([test_set]))
        [('Maji ni uhai.', 'sw')]
    """
    for corpus in sets:
        for task in corpus.tasks():
            for document in corpus.read(*task):
                if isinstance(document, Document):
                    for paragraph in document.paragraphs:
                        yield normalize(paragraph), document.language


def _hash_sets(sets: Sequence[corpora.AnyMonolingual], n: int, n_letters: int) -> np.ndarray:
    texts = [paragraph for paragraph, _ in read_paragraphs(sets)]
    parts = [np.zeros(0, np.uint64)]
    for own, numbers in group_by_n(texts, n, n_letters).items():
        parts.append(hash_ngrams([split_units(texts[number]) for number in numbers], own)[0])
    return np.unique(np.concatenate(parts))


def _cache_key(sets: Sequence[corpora.AnyMonolingual], n: int, n_letters: int) -> str:
    """Hash all that the index depends on: how it is built, and every byte of the sets."""
    digest = hashlib.sha256(f"{_VERSION} {n} {n_letters}".encode())
    for corpus in sets:
        digest.update(corpus.model_dump_json().encode())
        for path in (path for task in corpus.tasks() for path in task):
            digest.update(bytes.fromhex(manifest.hash_file(path)))
    return digest.hexdigest()[:32]
