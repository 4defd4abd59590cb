"""Fingerprints of texts: the same in every process, on every machine, in every year.

Python's `hash` changes with each process and must never leave one.
"""

import hashlib
import unicodedata

import regex

_NOT_WORD = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


def fingerprint(text: str) -> bytes:
    """16 bytes of BLAKE2b: equal texts have equal fingerprints, others in practice never."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def loose_fingerprint(text: str) -> bytes:
    """A fingerprint that looks at letters and digits only: case, punctuation, spaces are nothing.

    For asking whether a text is one of a test set, where a comma more does not make it new.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return fingerprint(_NOT_WORD.sub("", folded))


def shard_of(digest: bytes, num_shards: int) -> int:
    """The shard, in [0, num_shards), in which what has this fingerprint belongs."""
    return int.from_bytes(digest[:8], "big") % num_shards


def is_within(digest: bytes, share: float) -> bool:
    """Whether what has this fingerprint is among a share of all, in [0, 1]; independent of shards.

    What is within a smaller share is within every greater one.
    """
    return int.from_bytes(digest[8:]) < share * 2**64
