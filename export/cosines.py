"""How near the vectors of a smaller model are to the checkpoint's, text by text.

Shapes: N texts, D width.
"""

from typing import Any

import numpy as np

from export.probe_texts import PROBE_TEXTS
from export.verify import VerificationError


def compare_cosines(
    got_ND: np.ndarray, expected_ND: np.ndarray, min_cosine: float
) -> dict[str, Any]:
    """Compares L2-normalized vectors of the probe texts.

    Returns:
        `texts`, `mean_cosine`, `min_cosine`.

    Raises:
        VerificationError: a cosine is below `min_cosine`, or is none.
    """
    cosine_N = np.einsum("nd,nd->n", got_ND, expected_ND, dtype=np.float64)
    worst = float(cosine_N.min())
    if not worst >= min_cosine:
        raise VerificationError(
            f"expected a cosine of at least {min_cosine} with the checkpoint's vectors, got "
            f"{worst:.5f} for {PROBE_TEXTS[int(cosine_N.argmin())][:60]!r}. Nothing was published; "
            "store weights more finely, or lower min_cosine if its scores are good enough."
        )
    return {"texts": len(cosine_N), "mean_cosine": float(cosine_N.mean()), "min_cosine": worst}
