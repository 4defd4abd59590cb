"""Find near-duplicates with MinHash signatures and banding.

Sources: Broder 1997 (resemblance of documents, shingles, min-wise hashing); Leskovec, Rajaraman and
Ullman, Mining of Massive Datasets, ch. 3 (banding); Li and König 2010 (b-bit minwise hashing: the
low byte of each minimum is enough to estimate the resemblance).

Shapes: T texts, S shingles of all texts, H hashes of a signature, B bands.
"""

from collections.abc import Sequence

import numpy as np
import pydantic

from tfmling.core import config, extras

_SEED = 1
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that multiplication is invertible
_EXTRA = "clean"


class NearDuplicates(config.Settings):
    """Settings of the near-duplicate search.

    Two texts are compared if they share a band, which has probability 1 - (1 - s^r)^bands for a
    resemblance s and r = num_hashes / bands. The defaults compare 32 % of the pairs with s = 0.5,
    99.1 % with 0.8 and all but 1 in 45,000 with 0.9.

    Example:
        >>> settings = NearDuplicates()
        >>> rows = settings.num_hashes // settings.bands  # 5
        >>> round(1 - (1 - 0.8**rows) ** settings.bands, 3)
        0.991
    """

    shingle: int = pydantic.Field(5, gt=0, le=50)
    """The length of shingles in characters."""
    num_hashes: int = pydantic.Field(60, gt=0, le=1024)
    """Hashes of a signature; the error of the estimate is about 1 / sqrt(num_hashes)."""
    threshold: float = pydantic.Field(0.8, gt=0, le=1)
    """The minimum resemblance (Jaccard similarity of shingles) of near-duplicates."""
    bands: int = pydantic.Field(12, gt=0)
    """Bands of a signature."""

    @pydantic.model_validator(mode="after")
    def _bands_divide_hashes(self) -> "NearDuplicates":
        if self.num_hashes % self.bands:
            raise ValueError(
                f"bands: expected a divisor of num_hashes, got {self.bands} of {self.num_hashes}"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _installed(self) -> "NearDuplicates":
        try:
            extras.require("rensa", _EXTRA)
        except ImportError as error:
            raise ValueError(str(error)) from None
        return self


def record_type(settings: NearDuplicates) -> np.dtype:
    """Return the dtype of a band of a text: its key, the fingerprint in two halves, the sketch.

    Example:
        >>> record_type(NearDuplicates(num_hashes=20, bands=4)).itemsize  # 8 + 16 + 20 bytes
        44
    """
    sketch = ("sketch", np.uint8, (settings.num_hashes,))
    return np.dtype([("band", "<u8"), ("high", ">u8"), ("low", ">u8"), sketch])


def band_records(
    texts: Sequence[str], digests: Sequence[bytes], settings: NearDuplicates
) -> np.ndarray:
    """Return a record for each band of each text, the input of `find_near_duplicates`.

    Args:
        texts: [T].
        digests: their 16-byte fingerprints, [T].
        settings: of the search.

    Returns:
        [T * B] of `record_type`.

    Example:
        >>> from tfmling.text.fingerprints import fingerprint
        >>> settings = NearDuplicates(num_hashes=20, bands=4)
        >>> texts = ["Habari ya asubuhi?", "Karibu sana."]
        >>> len(band_records(texts, [fingerprint(text) for text in texts], settings))
        8
    """
    found = signatures(texts, settings)
    records = np.empty((len(texts), settings.bands), record_type(settings))
    records["band"] = band_keys(found, settings.bands)
    halves = np.frombuffer(b"".join(digests), ">u8").reshape(-1, 2)
    records["high"], records["low"] = halves[:, :1], halves[:, 1:]
    records["sketch"] = found.astype(np.uint8)[:, None]
    return records.reshape(-1)


def signatures(texts: Sequence[str], settings: NearDuplicates) -> np.ndarray:
    """Return the MinHash signatures of texts, uint32 [T, H], the same on every machine.

    Example:
        >>> one, same = signatures(["Habari ya leo?", "HABARI YA LEO?"], NearDuplicates())
        >>> one.shape, bool((one == same).all())
        ((60,), True)
    """
    rensa = extras.load("rensa", _EXTRA)
    hashes, offsets = shingle_hashes(texts, settings.shingle)
    matrix = rensa.RMinHash.digest_matrix_from_flat_token_hashes(
        hashes, offsets, settings.num_hashes, _SEED
    )
    return np.array(matrix.to_rows(), np.uint32).reshape(len(texts), settings.num_hashes)


def shingle_hashes(texts: Sequence[str], length: int) -> tuple[np.ndarray, np.ndarray]:
    """Hash all shingles of `length` characters of each text, ignoring case.

    A shorter text is padded, so that each text has at least one shingle.

    Returns:
        The hashes, uint64 [S], and the offsets of the texts in them, uint64 [T + 1].

    Example:
        >>> hashes, offsets = shingle_hashes(["habari", "leo"], length=3)  # hab aba bar ari, leo
        >>> offsets.tolist()
        [0, 4, 5]
    """
    filled = [text.casefold().ljust(length, "\0") for text in texts]
    points = np.frombuffer("".join(filled).encode("utf-32-le", "surrogatepass"), np.uint32)
    hashes = _mixed(_rolling(points.astype(np.uint64), length))
    lengths = np.fromiter(map(len, filled), np.int64, len(filled))
    ends = np.cumsum(lengths)
    inside = np.ones(len(points), bool)  # drop shingles across two texts
    for back in range(1, length):
        inside[ends - back] = False
    offsets = np.concatenate([[0], np.cumsum(lengths - length + 1)]).astype(np.uint64)
    return hashes[inside], offsets


def _rolling(points: np.ndarray, length: int) -> np.ndarray:
    """Return a polynomial of the next `length` code points at each position, modulo 2^64."""
    padded = np.concatenate([points, np.zeros(length, np.uint64)])
    hashes = np.zeros(len(points), np.uint64)
    for start in range(length):
        hashes = hashes * _BASE + padded[start : start + len(points)]
    return hashes


def _mixed(hashes: np.ndarray) -> np.ndarray:
    """Mix all bits with the finalizer of SplitMix64 (Steele et al. 2014)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def band_keys(found: np.ndarray, bands: int) -> np.ndarray:
    """Return a key for each band of each signature, uint64 [T, B], different between bands.

    Example:
        >>> one, other = band_keys(np.array([[1, 2, 3, 4], [1, 2, 3, 9]]), bands=2)
        >>> (one == other).tolist()
        [True, False]
    """
    rows = found.astype(np.uint64).reshape(len(found), bands, -1)
    keys = np.broadcast_to(np.arange(1, bands + 1, dtype=np.uint64), rows.shape[:2]).copy()
    for column in range(rows.shape[2]):
        keys = _mixed(keys * _BASE + rows[:, :, column])
    return keys


def find_near_duplicates(records: np.ndarray, threshold: float) -> list[bytes]:
    """Return the texts to drop: those with a near-duplicate that is kept in a shared band.

    Each band visits its texts in the order of their fingerprints, which is arbitrary but the same
    in every run, and keeps a text unless it resembles a kept one. A text that any band drops is
    dropped. So at least one of two near-duplicates that share a band is dropped, and bands are
    independent of one another, unlike the steps of a search for connected components.

    Args:
        records: of `record_type`, in any order; each band in them is complete.
        threshold: the minimum resemblance of near-duplicates.

    Returns:
        The fingerprints of the dropped texts, sorted.

    Example:
        >>> from tfmling.text.fingerprints import fingerprint
        >>> texts = ["Habari ya asubuhi?", "HABARI YA ASUBUHI?", "Karibu nyumbani kwetu."]
        >>> digests = [fingerprint(text) for text in texts]
        >>> len(find_near_duplicates(band_records(texts, digests, NearDuplicates()), threshold=0.8))
        1
    """
    if not len(records):
        return []
    ordered = records[np.lexsort((records["low"], records["high"], records["band"]))]
    ordered = ordered[_first_of_each(ordered, ("band", "high", "low"))]
    starts = np.flatnonzero(_first_of_each(ordered, ("band",)))
    ends = np.append(starts[1:], len(ordered))
    dropped: set[bytes] = set()
    for start, end in zip(starts, ends, strict=True):
        if end - start > 1:
            dropped.update(_dropped(ordered[start:end], threshold))
    return sorted(dropped)


def _first_of_each(ordered: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Return where one of the named columns differs from the previous row."""
    first = np.ones(len(ordered), bool)
    first[1:] = False
    for name in names:
        first[1:] |= ordered[name][1:] != ordered[name][:-1]
    return first


def _dropped(band: np.ndarray, threshold: float) -> list[bytes]:
    kept = [0]
    dropped = []
    for row in range(1, len(band)):
        if resemblance(band["sketch"][kept], band["sketch"][row]).max() >= threshold:
            dropped.append(b"".join(int(band[half][row]).to_bytes(8) for half in ("high", "low")))
        else:
            kept.append(row)
    return dropped


def resemblance(sketches: np.ndarray, sketch: np.ndarray) -> np.ndarray:
    """Estimate the resemblance of texts to one text.

    Two low bytes are equal by chance with C = 1/256, hence (estimate - C) / (1 - C) (Li and König
    2010), which assumes that the texts have few of all possible shingles.

    Args:
        sketches: uint8 [T, H].
        sketch: uint8 [H].

    Returns:
        [T], at most 1; may be negative for texts that share nothing.

    Example:
        >>> sketches = np.array([[1, 2, 3, 4], [1, 2, 9, 9]], np.uint8)
        >>> resemblance(sketches, sketches[0]).round(3).tolist()  # 1 and (1/2 - C) / (1 - C)
        [1.0, 0.498]
    """
    equal = (sketches == sketch).mean(axis=1)
    return (equal - 1 / 256) / (1 - 1 / 256)
