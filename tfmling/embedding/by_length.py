"""Embeds many texts in batches of about one length, which costs little padding.

Shapes: N texts, B batch, D width.
"""

from collections.abc import Callable, Sequence

import numpy as np
from tqdm import tqdm


def embed_by_length(
    texts: Sequence[str],
    embed: Callable[[list[str]], np.ndarray],
    batch_size: int,
    width: int,
    progress: str | None = None,
) -> np.ndarray:
    """Vectors float32 [N, D] in the order of the texts.

    Args:
        texts: what is embedded.
        embed: texts of one batch to vectors [B, D].
        batch_size: texts at a time.
        width: D, also where there is no text.
        progress: names the bar that is shown; None shows none.
    """
    vectors_ND = np.zeros((len(texts), width), np.float32)
    order = np.argsort([len(text) for text in texts], kind="stable")
    with tqdm(total=len(texts), desc=progress, disable=progress is None) as bar:
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            vectors_ND[rows] = embed([texts[row] for row in rows])
            bar.update(len(rows))
    return vectors_ND
