"""Transfer between languages, grouped by word order.

Pires, Schlinger and Garrette (2019), section 4.3 and table 5 (subject, object and verb; adjective
and noun), take the mean of zero-shot scores from languages of one order to languages of another.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pydantic

from tfmling.core.config import InputPath
from tfmling.core.intervals import Scores
from tfmling.core.languages import normalize_language
from tfmling.corpora.corpus import CorpusError
from tfmling.probes.entity_overlap import correlation_of, correlation_table, draw_against
from tfmling.probes.probe import ProbedEncoder, Row
from tfmling.probes.transfer import TransferProbe, transfers
from tfmling.probes.wals import (
    ADJECTIVE_NOUN,
    SUBJECT_OBJECT_VERB,
    Features,
    features_of,
    read_features,
    shared_features,
)
from tfmling.reports import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ORDERS = {SUBJECT_OBJECT_VERB: "order of subject, object, verb",
           ADJECTIVE_NOUN: "order of adjective, noun"}  # fmt: skip
_UNKNOWN = "unknown"

Pair = tuple[str, str]  # trained on, tested on


class Typology(TransferProbe):
    """The zero-shot matrix, and how many features of word order the languages share.

    Attributes:
        wals: the table of WALS, which has all languages; tasks and test sets are named by theirs,
            by the one code that a language has here (en, not eng).
    """

    TITLE: ClassVar = "Zero-shot scores and shared features of word order (WALS)"

    kind: Literal["typology"]
    wals: InputPath

    @pydantic.model_validator(mode="after")
    def _names_are_languages(self) -> "Typology":
        if wrong := [name for name in self._languages if normalize_language(name) != name]:
            expected = ", ".join(map(normalize_language, wrong))
            raise ValueError(f"tasks: expected the names {expected}, got {', '.join(wrong)}")
        return self

    @property
    def _languages(self) -> list[str]:
        """All that are trained on or tested on."""
        return list(dict.fromkeys(n for name, own in self.tasks.items() for n in (name, *own.test)))

    def read(self) -> tuple[Any, dict[str, Features]]:
        """The tasks, and the features of their languages.

        Raises:
            CorpusError: WALS lacks a language, which shares an unknown number of features.
        """
        known = read_features(self.wals)
        found = {name: features_of(name, known) for name in self._languages}
        if missing := [name for name, own in found.items() if not own]:
            raise CorpusError(
                f"{self.wals}: expected word order of all languages, found none of "
                f"{', '.join(missing)}; leave them out, or ask by kind: zero_shot"
            )
        return super().read(), found

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """`score` as the zero-shot matrix has it, `shared_features` and each order, both sides."""
        tasks, features = data
        return [{**row, **_typed(row, features)} for row in super().run(encoder, tasks)]

    def counts(self, data: Any) -> dict[str, Any]:
        """By task, part and reason."""
        return super().counts(data[0])

    def summary(self, rows: Sequence[Row]) -> Scores:
        """The correlation with `shared_features`, and the mean score from each order to each."""
        found = correlation_of(transfers(rows), "shared_features")
        for feature in _ORDERS:
            for (trained, tested), (mean, _) in self._by_order(rows, feature).items():
                found[f"{feature} {trained} to {tested}"] = mean
        return found

    def tables(self, rows: Sequence[Row]) -> list[Table]:
        """The matrix, the correlation, and a table for each order."""
        correlated = correlation_of(transfers(rows), "shared_features")
        header = ("trained on", "tested on", "mean score", "transfers")
        return [
            *super().tables(rows),
            *correlation_table("shared_features", correlated),
            *(
                Table(said, header, [[*orders, *found] for orders, found in by.items()])
                for feature, said in _ORDERS.items()
                if (by := self._by_order(rows, feature))
            ),
        ]

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """A dot for each transfer."""
        return draw_against(transfers(rows), "shared_features", "shared features of word order")

    def _by_order(self, rows: Sequence[Row], feature: str) -> dict[Pair, tuple[float, int]]:
        scores = {(str(r["trained_on"]), str(r["tested_on"])): float(r["score"]) for r in rows}
        known: dict[str, dict[str, str]] = {}
        for row in rows:
            for side in ("trained", "tested"):
                value = str(row[f"{feature}_{side}"])
                known[str(row[f"{side}_on"])] = {feature: value} if value != _UNKNOWN else {}
        return by_order(scores, known, feature)


def _typed(row: Row, features: Mapping[str, Features]) -> Row:
    sides = {side: features[str(row[f"{side}_on"])] for side in ("trained", "tested")}
    orders = {
        f"{feature}_{side}": own.get(feature, _UNKNOWN)
        for feature in _ORDERS
        for side, own in sides.items()
    }
    return {"shared_features": shared_features(sides["trained"], sides["tested"]), **orders}


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
