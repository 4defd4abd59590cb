"""Probes that train taggers on copies of the encoder."""

import tempfile
from typing import TYPE_CHECKING

from tfmling.core.intervals import Scores
from tfmling.probes.probe import Probe, ProbedEncoder
from tfmling.tagging.settings import AnyHead, Fit, LinearHead

if TYPE_CHECKING:
    from tfmling.tagging.tasks import TaggingTask


class TrainedProbe(Probe):
    """A probe whose scores are those of taggers."""

    head: AnyHead = LinearHead(kind="linear")
    """Network on top of the encoder, in all taggers."""
    fit: Fit = Fit()
    """Schedule and seed of all trainings of the probe."""

    def check(self, longest: int) -> None:
        """Check the length of rows, before any probe runs.

        Args:
            longest: the encoder's maximum sequence length.

        Raises:
            ConfigError: rows are longer.
        """
        from tfmling.tagging.train_and_score import check_length  # imported late: TensorFlow

        check_length(self.fit, longest, f"probe {self.name}: fit")

    def scores(self, task: "TaggingTask", encoder: ProbedEncoder) -> dict[str, Scores]:
        """Train a tagger and score it on every test set.

        Args:
            task: the data; its counts are extended by what was windowed or cut.
            encoder: a copy of it is trained.

        Returns:
            By test set: `score`, `score_low`, `score_high`, whatever the metric, and `count`.
        """
        from tfmling.tagging.train_and_score import train_and_score  # imported late: TensorFlow

        with tempfile.TemporaryDirectory() as scratch:
            outcome = train_and_score(task, self.head, encoder.load(), self.fit, scratch)
        for part, notes in outcome.notes.items():
            task.counts.setdefault(part, {}).update(notes)
        ends = ("", "_low", "_high")
        return {
            name: {f"score{end}": own.overall[f"{task.METRIC}{end}"] for end in ends}
            | {"count": own.overall["count"]}
            for name, own in outcome.scores.items()
        }
