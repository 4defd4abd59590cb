"""Settings of calibrate_threshold."""

from typing import Annotated, Literal

import pydantic

from tfmling.core import config
from tfmling.corpora.table import Column, check_columns

# sampling writes it and calibration reads it, so it need not exist when settings are read
LabelsPath = Annotated[str, config.PathRole("input"), config.SUPPORTED]


class ScoredTable(config.Settings):
    """A table of scored rows, tab-separated, compressed or not.

    Example:
        >>> _ = open("pairs.tsv", "w").write("score\\ten\\tsw\\n1.2\\tWater\\tMaji\\n")
        >>> table = ScoredTable(
        ...     path="pairs.tsv", header=True, score_column="score", text_columns=["en", "sw"])
        >>> table.text_columns
        ['en', 'sw']
    """

    path: config.InputPath
    """A file or a pattern."""
    score_column: Column = 0
    """Index from 0, or a name in the header; higher scores are better."""
    text_columns: list[Column] = pydantic.Field([1, 2], min_length=1)
    """Columns that are shown to the people who judge."""
    header: bool = False
    """Whether the first line names the columns."""
    max_line_bytes: int = pydantic.Field(1 << 20, gt=0)
    """Longer lines are an error."""

    @pydantic.model_validator(mode="after")
    def _names_need_a_header(self) -> "ScoredTable":
        check_columns([self.score_column, *self.text_columns], self.header)
        return self


class Sample(config.Settings):
    """The sample that people judge.

    Example:
        >>> Sample(size=100, by="rank").strata
        10
    """

    size: int = pydantic.Field(300, gt=0)
    """Number of rows."""
    strata: int = pydantic.Field(10, gt=0)
    """Number of strata; the same number of rows is drawn from each, if possible."""
    by: Literal["score", "rank"] = "score"
    """Strata to draw from: `score`, of equal width between the 1st and the 99th percentile, so that
    rare high scores are judged too; `rank`, of equal size.
    """


class CalibrateThreshold(config.Settings):
    """The score threshold above which a given share of pairs is good, from rows people judged.

        tfmling calibrate_threshold --config configs/calibrate_threshold.yaml --write-sample
        (fill in the column `good` of the labels with 1 or 0)
        tfmling calibrate_threshold --config configs/calibrate_threshold.yaml

    The first writes a sample of the scored table, drawn by strata of the score; the second writes
    threshold.json (the threshold and its interval) and report.html.
    """

    output: config.OutputPath
    """The folder to write."""
    labels: LabelsPath
    """A table with columns `score`, `good` (1, 0 or empty if not judged) and, if rows were not
    drawn uniformly, `weight` and `stratum`. Sampling writes it with `good` empty.
    """
    scored: ScoredTable | None = None
    """The table to sample from and to count kept rows in; null if there are only labels."""
    sample: Sample = Sample()
    """How to sample."""
    target: float = pydantic.Field(0.8, gt=0, lt=1)
    """The required share of good rows among those kept."""
    confidence: float = pydantic.Field(0.95, gt=0.5, lt=1)
    """Confidence of the intervals."""
    resamples: int = pydantic.Field(1000, ge=100)
    """Samples of the bootstrap."""
    seed: config.Seed = 1
    """Seed of the sample and of the bootstrap."""
