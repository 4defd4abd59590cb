"""Transfer between languages, grouped by word order.

Pires, Schlinger and Garrette (2019), section 4.3 and table 5 (subject, object and verb; adjective
and noun), take the mean of zero-shot scores from languages of one order to languages of another.
"""

from collections.abc import Mapping

import numpy as np

from tfmling.probes.wals import Features

Pair = tuple[str, str]  # trained on, tested on


def by_order(
    scores: Mapping[Pair, float], languages: Mapping[str, Features], feature: str
) -> dict[Pair, tuple[float, int]]:
    """The mean score from each order to each, and of how many language pairs it is the mean.

    A language with itself is no transfer and is left out, and so is a language whose order is not
    known.

    Args:
        scores: zero-shot scores of (trained on, tested on).
        languages: WALS features by language.
        feature: for instance `81A`.

    Returns:
        (order trained on, order tested on) -> (mean, count), as (SVO, SOV) -> (0.66, 12).
    """
    groups: dict[Pair, list[float]] = {}
    for (trained, tested), score in scores.items():
        orders = tuple(languages.get(name, {}).get(feature) for name in (trained, tested))
        if trained != tested and orders[0] is not None and orders[1] is not None:
            groups.setdefault((orders[0], orders[1]), []).append(score)
    return {orders: (float(np.mean(own)), len(own)) for orders, own in sorted(groups.items())}
