"""Zero-shot transfer: a labeller that has seen one language, scored on others.

Pires, Schlinger and Garrette (2019), 1906.01502, sections 2 and 3: trained on entities or parts of
speech of one language, tested on another that has no part in the training.
"""

import tempfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pydantic

from tfmling.modeling.labelling.settings import AnyHead, Linear
from tfmling.probes.probe import Figures, Name, Probe, ProbedEncoder, Row
from tfmling.training.labelling.settings import AnyLabelTask, Fit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tfmling.evaluation.labelling.label_task import LabelTask

Tasks = dict[str, "LabelTask"]


class ZeroShotMatrix(Probe):
    """One training a task, each scored on all of its test sets.

    Attributes:
        tasks: by the language that is trained on; names of test sets are the languages tested on.
        head: what is put on the encoder.
        fit: how long, with which seed; the same for all.
    """

    TITLE: ClassVar = "Zero-shot transfer (95 % interval)"
    PLACE: ClassVar = ("trained_on", "tested_on")

    kind: Literal["zero_shot"]
    tasks: dict[Name, AnyLabelTask] = pydantic.Field(min_length=1)
    head: AnyHead = Linear(kind="linear")
    fit: Fit = Fit()

    def read(self) -> Tasks:
        """The data of all tasks."""
        from tfmling.evaluation.labelling.train_and_score import read_task  # TensorFlow

        return {name: read_task(own) for name, own in self.tasks.items()}

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """`score` (F1 or accuracy) with its interval, and `count` of entities, words or pairs."""
        return [row for name in data for row in self.train(encoder, name, data[name])]

    def train(self, encoder: ProbedEncoder, name: str, task: "LabelTask") -> list[Row]:
        """The rows of one training."""
        scores = trained_scores(task, self.head, encoder, self.fit)
        return [{"trained_on": name, "tested_on": tested, **scores[tested]} for tested in task.test]

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """A heat map."""
        from tfmling.evaluation.heat_map import draw_heat_map  # matplotlib

        matrix = {(str(r["trained_on"]), str(r["tested_on"])): float(r["score"]) for r in rows}
        return draw_heat_map({self.name: matrix}, "score")


def trained_scores(
    task: "LabelTask", head: AnyHead, encoder: ProbedEncoder, settings: Fit
) -> dict[str, Figures]:
    """Trains a labeller and scores it; figures as `shown` gives them, by test set.

    Args:
        task: its data.
        head: what is put on the encoder.
        encoder: a copy of which is trained.
        settings: how long, with which seed.
    """
    from tfmling.evaluation.labelling.train_and_score import train_and_score  # TensorFlow

    with tempfile.TemporaryDirectory() as scratch:
        outcome = train_and_score(task, head, encoder.load(), settings, scratch)
    return {name: shown(own.figures, task.MEASURE) for name, own in outcome.scores.items()}


def shown(figures: Figures, measure: str) -> Figures:
    """`score`, `score_low`, `score_high` and `count`, whatever the measure is called."""
    found: Figures = {f"score{end}": figures[f"{measure}{end}"] for end in ("", "_low", "_high")}
    return found | {"count": figures["count"]}


def transfers(rows: Sequence[Row]) -> list[Row]:
    """The rows whose language tested on is not the one trained on."""
    return [row for row in rows if row["trained_on"] != row["tested_on"]]
