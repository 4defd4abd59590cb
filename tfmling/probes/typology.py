"""Zero-shot transfer between languages, grouped by word order.

Pires, Schlinger and Garrette (2019), section 4.3 and table 5 (subject, object and verb; adjective
and noun), average zero-shot scores from languages of one order to languages of another.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pydantic

from tfmling.core.config import InputPath
from tfmling.core.intervals import Scores
from tfmling.core.languages import normalize_language
from tfmling.corpora.corpus import CorpusError
from tfmling.probes.probe import ProbedEncoder, Row
from tfmling.probes.transfer import (
    TransferProbe,
    correlation_of,
    correlation_table,
    draw_against,
    transfers,
)
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
    """The zero-shot matrix, with the number of word order features that languages share.

    Example:
        >>> _ = open("en", "w").write("cat NOUN\\n")
        >>> _ = open("sw", "w").write("paka NOUN\\n")
        >>> en, sw = (dict(format="conll", path=x, language=x) for x in ("en", "sw"))
        >>> task = dict(kind="words", train=[en], development=[en], test={"sw": sw})
        >>> rows = "iso639p3\\tfeature_id\\tvalue\\neng\\t81A\\tSVO\\nswh\\t81A\\tSVO\\n"
        >>> _ = open("wals.tsv", "w").write(rows)
        >>> probe = Typology(kind="typology", name="order", wals="wals.tsv", tasks={"en": task})
        >>> tasks, features = probe.read()
        >>> features
        {'en': {'81A': 'SVO'}, 'sw': {'81A': 'SVO'}}
    """

    TITLE: ClassVar = "Zero-shot scores and shared features of word order (WALS)"

    kind: Literal["typology"]
    wals: InputPath
    """The table of WALS, which must contain all languages. Tasks and test sets are named by
    normalized language codes (en, not eng).
    """

    @pydantic.model_validator(mode="after")
    def _names_are_languages(self) -> "Typology":
        if wrong := [name for name in self._languages if normalize_language(name) != name]:
            expected = ", ".join(map(normalize_language, wrong))
            raise ValueError(f"tasks: expected the names {expected}, got {', '.join(wrong)}")
        return self

    @property
    def _languages(self) -> list[str]:
        """All training and test languages."""
        return list(dict.fromkeys(n for name, own in self.tasks.items() for n in (name, *own.test)))

    def read(self) -> tuple[Any, dict[str, Features]]:
        """Read the tasks, and the features of their languages.

        Raises:
            CorpusError: WALS lacks a language.
        """
        known = read_features(self.wals)
        found = {name: features_of(name, known) for name in self._languages}
        if missing := [name for name, own in found.items() if not own]:
            raise CorpusError(
                f"{self.wals}: expected word order of all languages, found none of "
                f"{', '.join(missing)}; leave them out, or use kind: zero_shot"
            )
        return super().read(), found

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """Return the zero-shot `score`, `shared_features` and the orders of both sides."""
        tasks, features = data
        return [{**row, **_typed(row, features)} for row in super().run(encoder, tasks)]

    def counts(self, data: Any) -> dict[str, Any]:
        """Return counts by task, part and reason."""
        return super().counts(data[0])

    def summary(self, rows: Sequence[Row]) -> Scores:
        """Return the correlation with `shared_features`, and mean scores between orders."""
        found = correlation_of(transfers(rows), "shared_features")
        for feature in _ORDERS:
            for (trained, tested), (mean, _) in self._by_order(rows, feature).items():
                found[f"{feature} {trained} to {tested}"] = mean
        return found

    def tables(self, rows: Sequence[Row]) -> list[Table]:
        """Return the matrix, the correlation, and a table per feature."""
        correlated = correlation_of(transfers(rows), "shared_features")
        header = ("trained on", "tested on", "mean score", "transfers")
        return [
            *super().tables(rows),
            *correlation_table("shared_features", correlated),
            *(
                Table(title, header, [[*orders, *found] for orders, found in by.items()])
                for feature, title in _ORDERS.items()
                if (by := self._by_order(rows, feature))
            ),
        ]

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """Draw a dot per transfer."""
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
    """Average the scores from each word order to each other, with the number of language pairs.

    A language with itself is no transfer and is left out, like languages of unknown order.

    Args:
        scores: (trained on, tested on) -> zero-shot score.
        languages: language -> WALS features.
        feature: such as `81A`.

    Returns:
        (order trained on, order tested on) -> (mean, count).

    Example:
        >>> orders = {"en": {"81A": "SVO"}, "hi": {"81A": "SOV"}}
        >>> by_order({("en", "hi"): 0.5, ("en", "en"): 0.9}, orders, "81A")
        {('SVO', 'SOV'): (0.5, 1)}
    """
    groups: dict[Pair, list[float]] = {}
    for (trained, tested), score in scores.items():
        orders = tuple(languages.get(name, {}).get(feature) for name in (trained, tested))
        if trained != tested and orders[0] is not None and orders[1] is not None:
            groups.setdefault((orders[0], orders[1]), []).append(score)
    return {orders: (float(np.mean(own)), len(own)) for orders, own in sorted(groups.items())}
