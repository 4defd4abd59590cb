"""Fingerprints of texts, the same in every process and on every machine.

Python's `hash` differs between processes.
"""

import hashlib
import unicodedata

import regex

_NOT_WORD = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


def fingerprint(text: str) -> bytes:
    """Return 16 bytes of BLAKE2b.

    Example:
        >>> fingerprint("Habari").hex()[:8] == fingerprint("habari").hex()[:8]
        False
    """
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def loose_fingerprint(text: str) -> bytes:
    """Return a fingerprint of letters and digits only, ignoring case, punctuation and spaces.

    It detects texts of a test set, which an extra comma does not make new.

    Example:
        >>> loose_fingerprint("Habari, dunia!") == loose_fingerprint("habari dunia")
        True
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return fingerprint(_NOT_WORD.sub("", folded))


def shard_of(digest: bytes, num_shards: int) -> int:
    """Return the shard of a fingerprint, in [0, num_shards).

    Example:
        >>> shard_of((9).to_bytes(8) + bytes(8), num_shards=4)
        1
    """
    return int.from_bytes(digest[:8], "big") % num_shards


def is_sampled(digest: bytes, share: float) -> bool:
    """Whether a fingerprint is in a sample of `share`, 0 to 1; independent of shards.

    A smaller sample is a subset of every larger one.

    Example:
        >>> digest = bytes(8) + (2**62).to_bytes(8)  # a quarter of 2^64
        >>> is_sampled(digest, 0.2), is_sampled(digest, 0.5)
        (False, True)
    """
    return int.from_bytes(digest[8:]) < share * 2**64
