"""Zero-shot transfer: a tagger trained on one language, scored on others.

Pires, Schlinger and Garrette (2019), 1906.01502, sections 2 and 3.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pydantic

from tfmling.core.config import Name
from tfmling.core.intervals import Scores
from tfmling.evaluation.correlation import correlation_scores
from tfmling.probes.probe import ProbedEncoder, Row
from tfmling.probes.trained_probe import TrainedProbe
from tfmling.reports import Table
from tfmling.tagging.settings import AnyTask, check_head

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tfmling.tagging.tasks import TaggingTask

_MIN_TRANSFERS = 3  # for a correlation


class TransferProbe(TrainedProbe):
    """One training per task, scored on all of its test sets."""

    PLACE: ClassVar = ("trained_on", "tested_on")

    tasks: Mapping[Name, AnyTask] = pydantic.Field(min_length=1)
    """Corpora by training language; test sets are named by the language tested on."""

    @pydantic.model_validator(mode="after")
    def _head_fits_tasks(self) -> "TransferProbe":
        for task in self.tasks.values():
            check_head(task, self.head)
        return self

    def read(self) -> Any:
        """Read the data of all tasks."""
        from tfmling.tagging.tasks import read_task  # imported late: TensorFlow

        return {name: read_task(own) for name, own in self.tasks.items()}

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """Return `score` (F1 or accuracy) with its interval, and `count`."""
        return [row for name in data for row in self.train(encoder, name, data[name])]

    def train(self, encoder: ProbedEncoder, name: str, task: "TaggingTask") -> list[Row]:
        """Return the rows of one training."""
        scores = self.scores(task, encoder)
        return [{"trained_on": name, "tested_on": tested, **scores[tested]} for tested in task.test]

    def counts(self, data: Any) -> dict[str, Any]:
        """Return counts by task, part and reason."""
        return {name: task.counts for name, task in data.items()}


class ZeroShotMatrix(TransferProbe):
    """Scores by training and test language, of entities, parts of speech or inference.

    Example:
        >>> _ = open("en", "w").write("cat NOUN\\n")
        >>> _ = open("sw", "w").write("paka NOUN\\n")
        >>> en, sw = (dict(format="conll", path=x, language=x) for x in ("en", "sw"))
        >>> task = dict(kind="words", train=[en], development=[en], test={"en": en, "sw": sw})
        >>> probe = ZeroShotMatrix(kind="zero_shot", name="pos", tasks={"en": task})
        >>> list(probe.read()["en"].test)
        ['en', 'sw']
    """

    TITLE: ClassVar = "Zero-shot transfer (95 % interval)"

    kind: Literal["zero_shot"]

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """Draw the matrix."""
        from tfmling.reports.plot import draw_matrix  # imported late: matplotlib

        trained, tested = (
            list(dict.fromkeys(str(row[side]) for row in rows)) for side in self.PLACE
        )
        values = np.full((len(trained), len(tested)), np.nan)
        for row in rows:
            at = trained.index(str(row["trained_on"])), tested.index(str(row["tested_on"]))
            values[at] = row["score"]
        return draw_matrix(values, trained, tested, row="trained on", column="tested on")


def transfers(rows: Sequence[Row]) -> list[Row]:
    """Return the rows whose training and test languages differ.

    Example:
        >>> transfers([{"trained_on": "en", "tested_on": x} for x in ("en", "sw")])
        [{'trained_on': 'en', 'tested_on': 'sw'}]
    """
    return [row for row in rows if row["trained_on"] != row["tested_on"]]


def correlation_of(rows: Sequence[Row], column: str) -> Scores:
    """Correlate a column with `score`; see `tfmling.evaluation.correlation.correlation_scores`.

    Returns:
        Nothing for fewer than three rows, or if either is constant.

    Example:
        >>> rows = [{"overlap": n, "score": 0.1 * n} for n in (1, 2, 3)]
        >>> correlation_of(rows, "overlap")["spearman"]
        1.0
    """
    values = np.array([float(row[column]) for row in rows])
    scores = np.array([float(row["score"]) for row in rows])
    if len(rows) < _MIN_TRANSFERS or len(set(values)) == 1 or len(set(scores)) == 1:
        return {}
    return correlation_scores(values, scores)


def correlation_table(column: str, scores: Scores) -> list[Table]:
    """Tabulate correlations with a column, if there are any.

    Example:
        >>> ends = {"": 0.5, "_low": 0.0, "_high": 1.0}
        >>> scores = {f"{x}{end}": ends[end] for x in ("spearman", "pearson") for end in ends}
        >>> [table] = correlation_table("overlap", scores | {"count": 12})
        >>> table.rows[0]
        ['spearman', 0.5, '0.000–1.000', 12]
    """
    if not scores:
        return []
    rows = [
        [
            *(name, scores[name], f"{scores[f'{name}_low']:.3f}–{scores[f'{name}_high']:.3f}"),
            scores["count"],
        ]
        for name in ("spearman", "pearson")
    ]
    header = ("correlation", "value", "95 % interval", "transfers")
    return [Table(f"{column} and score", header, rows)]


def draw_against(rows: Sequence[Row], column: str, label: str) -> "Figure":
    """Draw `score` against a column, a labeled dot per transfer.

    Example:
        >>> row = {"trained_on": "en", "tested_on": "sw", "overlap": 0.2, "score": 0.4}
        >>> draw_against([row], "overlap", "overlap of pieces").axes[0].texts[0].get_text()
        'en→sw'
    """
    from tfmling.reports.plot import COLORS, figure_of, new_axes  # imported late: matplotlib

    axes = new_axes(6.5, 4.5, label, "score")
    for row in rows:
        axes.plot(row[column], row["score"], "o", color=COLORS[0], alpha=0.7)
        name = f"{row['trained_on']}→{row['tested_on']}"
        axes.annotate(name, (row[column], row["score"]), fontsize=7, xytext=(3, 3),
                      textcoords="offset points")  # fmt: skip
    return figure_of(axes)
