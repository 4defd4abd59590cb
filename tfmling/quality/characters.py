"""The characters of a batch of texts in one array, with a mark at both ends of each text.

Shapes: N texts, C characters of all of them with their marks.
"""

from collections.abc import Sequence

import numpy as np

BEGIN, END = "\x02", "\x03"  # control characters, which normalized text does not hold


def characters(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Code points of all texts, one after the other.

    Args:
        texts: N texts.

    Returns:
        Code points uint32 [C], and the number of the text of each int32 [C].
    """
    joined = "".join(f"{BEGIN}{text}{END}" for text in texts)
    code_C = np.frombuffer(joined.encode("utf-32-le", errors="surrogatepass"), np.uint32)
    lengths = np.array([len(text) + 2 for text in texts], np.int64)
    return code_C, np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
