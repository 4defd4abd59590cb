"""Features of sentences: hashed character n-grams, and surface features.

All texts of a batch are processed together, as one array of characters with a marker at both ends
of each text.

Shapes: N texts, C characters of all texts with their markers, G n-grams of all texts, S surface
features.
"""

import dataclasses
import functools
import unicodedata
from collections.abc import Sequence

import numpy as np
import regex

BEGIN, END = "\x02", "\x03"  # control characters, which normalized text does not contain
SURFACE_FEATURES = (
    "log_characters",
    "log_words",
    "characters_per_word",
    "share_of_letters",
    "share_of_digits",
    "share_of_punctuation",
    "share_of_symbols",
    "upper_case_per_word",
    "ends_a_sentence",
    "begins_in_upper_case",
)

# multipliers of the rolling hash and of SplitMix64's finalizer
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
# classes of characters
_OTHER, _LETTER, _UPPER, _DIGIT, _PUNCTUATION, _TERMINAL, _SYMBOL, _SPACE = range(8)
_CLASSES = {"L": _LETTER, "M": _LETTER, "N": _DIGIT, "P": _PUNCTUATION, "S": _SYMBOL, "Z": _SPACE}
_CODE_POINTS = 0x110000
_SURROGATES = range(0xD800, 0xE000)


@dataclasses.dataclass(frozen=True)
class FeatureExtractor:
    """Turns texts into n-grams of up to `max_order` characters in 2 ** `bits` buckets, and more.

    An n-gram counts 1 / sqrt(n-grams of its text), so that the length alone decides little. Surface
    features are not scaled here; training scales them.

    Example:
        >>> extractor = FeatureExtractor(max_order=2, bits=8)
        >>> buckets, texts, surface = extractor.extract(["ab"])  # with markers: 4 characters
        >>> len(buckets), surface.shape
        (7, (1, 10))
    """

    max_order: int
    bits: int

    def __post_init__(self) -> None:
        for name, largest in {"max_order": 100, "bits": 30}.items():
            value = getattr(self, name)
            if type(value) is not int or not 1 <= value <= largest:
                raise ValueError(
                    f"{name}: expected a number from 1 to {largest}, got {value!r:.40}"
                )

    def extract(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Buckets [G], the text of each [G], and surface features [N, S]."""
        code_C, text_C = join_characters(texts)
        bucket_G, text_G = hash_ngrams(code_C, text_C, self.max_order, self.bits)
        return bucket_G, text_G, surface_features(code_C, text_C, len(texts))

    def scale(self, text_G: np.ndarray, num_texts: int) -> np.ndarray:
        """1 / sqrt(n-grams) of each text, float64 [N]."""
        return 1 / np.sqrt(np.maximum(np.bincount(text_G, minlength=num_texts), 1))


def join_characters(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Concatenate texts, each between markers.

    Returns:
        Code points uint32 [C], and the number of the text that each belongs to, int32 [C].

    Example:
        >>> join_characters(["a", ""])[1].tolist()
        [0, 0, 0, 1, 1]
    """
    joined = "".join(f"{BEGIN}{text}{END}" for text in texts)
    code_C = np.frombuffer(joined.encode("utf-32-le", errors="surrogatepass"), np.uint32)
    lengths = np.array([len(text) + 2 for text in texts], np.int64)
    return code_C, np.repeat(np.arange(len(texts), dtype=np.int32), lengths)


def hash_ngrams(
    code_C: np.ndarray, text_C: np.ndarray, max_order: int, bits: int
) -> tuple[np.ndarray, np.ndarray]:
    """Hash all n-grams of 1 to `max_order` characters into buckets, within each text.

    This is the hashing trick (Weinberger et al. 2009): no vocabulary is kept. The hash is a
    polynomial of the code points, which grows by one character per order, mixed by the finalizer of
    SplitMix64 (Steele, Lea and Flood 2014). It is the same on every machine.

    Args:
        code_C: code points, uint32, see `join_characters`.
        text_C: the number of the text of each.
        max_order: length of the longest n-gram.
        bits: there are 2 ** bits buckets.

    Returns:
        Buckets int32 [G], and the number of the text of each, int32 [G].

    Example:
        >>> buckets, texts = hash_ngrams(*join_characters(["ab"]), max_order=1, bits=8)
        >>> texts.tolist()
        [0, 0, 0, 0]
    """
    code_C = code_C.astype(np.uint64)
    state: np.ndarray = np.zeros(len(code_C), np.uint64)
    buckets, texts = [], []
    for order in range(1, max_order + 1):
        count = max(len(code_C) - order + 1, 0)
        state = state[:count] * _BASE + code_C[order - 1 :]  # modulo 2 ** 64
        within = text_C[:count] == text_C[order - 1 :]
        buckets.append(_mix(state[within], bits))
        texts.append(text_C[:count][within])
    return np.concatenate(buckets), np.concatenate(texts)


def _mix(state: np.ndarray, bits: int) -> np.ndarray:
    state = (state ^ (state >> np.uint64(30))) * _MIX_1
    state = (state ^ (state >> np.uint64(27))) * _MIX_2
    state = state ^ (state >> np.uint64(31))
    return (state >> np.uint64(64 - bits)).astype(np.int32)


def surface_features(code_C: np.ndarray, text_C: np.ndarray, num_texts: int) -> np.ndarray:
    """Compute SURFACE_FEATURES of each text, float64 [N, S]; all 0 for an empty text.

    Args:
        code_C: code points with markers, see `join_characters`.
        text_C: the number of the text of each.
        num_texts: N.

    Example:
        >>> features = surface_features(*join_characters(["Ab 1."]), num_texts=1)
        >>> float(features[0, SURFACE_FEATURES.index("ends_a_sentence")])
        1.0
    """
    class_C = _character_classes()[code_C]
    counts_NK = np.bincount(text_C * 8 + class_C, minlength=num_texts * 8).reshape(num_texts, 8)
    counts_NK[:, _OTHER] -= 2  # the markers
    length_N = counts_NK.sum(axis=1)
    upper_N, space_N = counts_NK[:, _UPPER], counts_NK[:, _SPACE]
    visible_N = np.maximum(length_N - space_N, 1)
    words_N = np.where(length_N > 0, space_N + 1, 0)
    first_N = np.searchsorted(text_C, np.arange(num_texts)) + 1
    last_N = np.searchsorted(text_C, np.arange(num_texts), side="right") - 2
    columns = [
        np.log1p(length_N),
        np.log1p(words_N),
        (length_N - space_N) / np.maximum(words_N, 1),
        (counts_NK[:, _LETTER] + upper_N) / visible_N,
        counts_NK[:, _DIGIT] / visible_N,
        (counts_NK[:, _PUNCTUATION] + counts_NK[:, _TERMINAL]) / visible_N,
        counts_NK[:, _SYMBOL] / visible_N,
        upper_N / np.maximum(words_N, 1),
        class_C[last_N] == _TERMINAL,
        class_C[first_N] == _UPPER,
    ]
    return np.stack(columns, axis=1).astype(np.float64)


@functools.cache
def _character_classes() -> np.ndarray:
    """The class of every code point, uint8 [1114112]; takes 0.2 s to build."""
    classes = np.zeros(_CODE_POINTS, np.uint8)
    for code in range(_CODE_POINTS):
        category = unicodedata.category(chr(code))
        classes[code] = _UPPER if category in ("Lu", "Lt") else _CLASSES.get(category[0], _OTHER)
    every = "".join(chr(code) for code in range(_CODE_POINTS) if code not in _SURROGATES)
    for found in regex.findall(r"\p{Sentence_Terminal}", every):
        classes[ord(found)] = _TERMINAL
    return classes
