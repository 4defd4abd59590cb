"""How alike the states of two languages, or of two models, are. N sentences, D and E widths."""

import numpy as np


def linear_cka(first_ND: np.ndarray, second_NE: np.ndarray) -> float:
    """Centred kernel alignment with a linear kernel, 0 to 1.

    Kornblith et al. (2019), "Similarity of Neural Network Representations Revisited", section 3:
    |Y'X|² / (|X'X| |Y'Y|) with Frobenius norms and centred columns. Turning or scaling either side
    as a whole changes nothing.

    Args:
        first_ND: states of N sentences.
        second_NE: states of the same sentences, or of their translations.

    Raises:
        ValueError: different numbers of rows, or a side without any variance.
    """
    if len(first_ND) != len(second_NE):
        raise ValueError(f"expected as many rows, got {len(first_ND)} and {len(second_NE)}")
    x_ND, y_NE = (side - side.mean(axis=0) for side in (first_ND, second_NE))
    own = np.linalg.norm(x_ND.T @ x_ND) * np.linalg.norm(y_NE.T @ y_NE)
    if own == 0:
        raise ValueError("expected rows that differ, got a side whose rows are all alike")
    return float(np.linalg.norm(y_NE.T @ x_ND) ** 2 / own)
