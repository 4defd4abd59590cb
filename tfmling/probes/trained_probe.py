"""What probes share that train taggers on copies of the encoder."""

import tempfile
from typing import TYPE_CHECKING

from tfmling.core.intervals import Scores
from tfmling.probes.probe import Probe, ProbedEncoder
from tfmling.tagging.settings import AnyHead, Fit, LinearHead

if TYPE_CHECKING:
    from tfmling.tagging.tasks import TaggingTask


class TrainedProbe(Probe):
    """A probe whose figures are those of taggers.

    Attributes:
        head: what is put on the encoder.
        fit: how long, with which seed; the same for all trainings of the probe.
    """

    head: AnyHead = LinearHead(kind="linear")
    fit: Fit = Fit()

    def check(self, longest: int) -> None:
        """Asked of all probes before the first is run, so that none fails after hours of others.

        Args:
            longest: the pieces that the encoder reads of a row.

        Raises:
            ConfigError: rows are longer.
        """
        from tfmling.tagging.train_and_score import check_length  # TensorFlow

        check_length(self.fit, longest, f"probe {self.name}: fit")

    def scores(self, task: "TaggingTask", encoder: ProbedEncoder) -> dict[str, Scores]:
        """Trains a tagger and scores it; figures as `shown` gives them, by test set.

        Args:
            task: its data, whose counts get those of what was windowed or cut.
            encoder: a copy of which is trained.
        """
        from tfmling.tagging.train_and_score import train_and_score  # TensorFlow

        with tempfile.TemporaryDirectory() as scratch:
            outcome = train_and_score(task, self.head, encoder.load(), self.fit, scratch)
        for part, notes in outcome.notes.items():
            task.counts.setdefault(part, {}).update(notes)
        return {name: shown(own.overall, task.METRIC) for name, own in outcome.scores.items()}


def shown(figures: Scores, measure: str) -> Scores:
    """`score`, `score_low`, `score_high` and `count`, whatever the measure is called."""
    found: Scores = {f"score{end}": figures[f"{measure}{end}"] for end in ("", "_low", "_high")}
    return found | {"count": figures["count"]}
