"""Zero-shot transfer: a tagger that has seen one language, scored on others.

Pires, Schlinger and Garrette (2019), 1906.01502, sections 2 and 3: trained on entities or parts of
speech of one language, tested on another that has no part in the training.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pydantic

from tfmling.core.config import Name
from tfmling.probes.probe import ProbedEncoder, Row
from tfmling.probes.trained_probe import TrainedProbe
from tfmling.tagging.settings import AnyTask, check_head

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tfmling.tagging.tasks import TaggingTask

_LIGHT = 0.6  # scores above have a light ground


class TransferProbe(TrainedProbe):
    """One training a task, each scored on all of its test sets.

    Attributes:
        tasks: by the language that is trained on; names of test sets are the languages tested on.
    """

    PLACE: ClassVar = ("trained_on", "tested_on")

    tasks: Mapping[Name, AnyTask] = pydantic.Field(min_length=1)

    @pydantic.model_validator(mode="after")
    def _head_can_learn(self) -> "TransferProbe":
        for task in self.tasks.values():
            check_head(task, self.head)
        return self

    def read(self) -> Any:
        """The data of all tasks."""
        from tfmling.tagging.tasks import read_task  # TensorFlow

        return {name: read_task(own) for name, own in self.tasks.items()}

    def run(self, encoder: ProbedEncoder, data: Any) -> list[Row]:
        """`score` (F1 or accuracy) with its interval, and `count` of entities, words or pairs."""
        return [row for name in data for row in self.train(encoder, name, data[name])]

    def train(self, encoder: ProbedEncoder, name: str, task: "TaggingTask") -> list[Row]:
        """The rows of one training."""
        scores = self.scores(task, encoder)
        return [{"trained_on": name, "tested_on": tested, **scores[tested]} for tested in task.test]

    def counts(self, data: Any) -> dict[str, Any]:
        """By task, part and reason."""
        return {name: task.counts for name, task in data.items()}


def draw_matrix(rows: Sequence[Row]) -> "Figure":
    """Languages trained on by languages tested on, one scale from 0 to 1."""
    from matplotlib.figure import Figure  # only where something is drawn

    trained, tested = (
        list(dict.fromkeys(str(row[side]) for row in rows)) for side in ("trained_on", "tested_on")
    )
    size = 1.8 + 0.6 * len(tested), 1.2 + 0.5 * len(trained)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots()
    values = np.full((len(trained), len(tested)), np.nan)
    for row in rows:
        place = trained.index(str(row["trained_on"])), tested.index(str(row["tested_on"]))
        values[place] = row["score"]
        colour = "black" if float(row["score"]) > _LIGHT else "white"
        axes.text(*place[::-1], f"{row['score']:.2f}", ha="center", va="center", color=colour)
    axes.imshow(values, vmin=0, vmax=1, cmap="cividis", aspect="auto")
    axes.set_xticks(range(len(tested)), tested)
    axes.set_yticks(range(len(trained)), trained)
    axes.set_xlabel("tested on")
    axes.set_ylabel("trained on")
    return figure


def transfers(rows: Sequence[Row]) -> list[Row]:
    """The rows whose language tested on is not the one trained on."""
    return [row for row in rows if row["trained_on"] != row["tested_on"]]
