"""What a study reads from its runs: numbers, curves over training steps, numbers by layer."""

from typing import Literal

import pydantic

from tfmling.core.config import Settings
from tfmling.recipes.settings import Identifier


class PaperResult(Settings):
    """What a paper reports for a variant.

    Example:
        >>> print(PaperResult(says="82.4 F1", tag="P"))
        82.4 F1 [P]
    """

    says: str
    """The result, as text."""
    tag: Literal["P", "M", "C"]
    """Where the result is from: P the paper, M memory, C the paper's code."""

    def __str__(self) -> str:
        return f"{self.says} [{self.tag}]"


class Metric(Settings):
    """A number in a JSON file of a stage.

    A path is a sequence of keys joined by dots. In a list, an integer is a position; negative
    ones count from the end. A file of JSON lines (.jsonl) is read as a list.

    Example:
        >>> metric = Metric(name="p", title="P@1", stage="scores", path="p", variants=["lexicon"])
        >>> metric.applies_to("random")
        False
    """

    name: Identifier
    """Name of the number in the study's files."""
    title: str
    """Heading of the number in tables."""
    stage: Identifier
    """A stage of the run, or a shared one."""
    file: str = pydantic.Field(default="scores.json")
    """File in the stage's folder."""
    path: str
    """Dotted path in the file, such as retrieval.after.tatoeba.sw-en.p_at_1."""
    items: str | None = pydantic.Field(default=None)
    """Path of a list with one number per test item, equally long in all runs. Its mean is the
    metric, and intervals are bootstrapped over items.
    """
    better: Literal["higher", "lower"] = "higher"
    """Which values are better."""
    variants: list[Identifier] | None = pydantic.Field(default=None)
    """The variants that have it; null: all that run the stage."""
    paper: dict[Identifier, PaperResult] = pydantic.Field(default={})
    """The paper's results, by variant."""

    def applies_to(self, variant: str) -> bool:
        """Return whether a variant should have this metric."""
        return self.variants is None or variant in self.variants


class Curve(Settings):
    """A metric that a training writes into its history again and again.

    Example:
        >>> Curve(title="Loss", stage="train", y="mlm/loss", reach=[2.0]).file
        'history.jsonl'
    """

    title: str
    """Title of the plot."""
    stage: Identifier
    """Stage whose history has the numbers."""
    y: str
    """Key of the vertical axis, such as mlm/masked_lm_loss."""
    x: str = "step"
    """Key of the horizontal axis."""
    file: str = pydantic.Field(default="history.jsonl")
    """File in the stage's folder."""
    reach: list[float] = pydantic.Field(default=[])
    """Values of y; for each, the first step from which y stays below it is reported."""


class LayerCurve(Settings):
    """A metric that a probe reports for each layer.

    Example:
        >>> LayerCurve(title="Words found", stage="probe", path="words.de-en.csls.forward").metric
        'accuracy'
    """

    title: str
    """Title of the plot."""
    stage: Identifier
    """Stage whose probes have the numbers."""
    path: str
    """Parent of layer-1, layer-2 …: words.de-en.csls.forward.all."""
    metric: str = pydantic.Field(default="accuracy")
    """Key below each layer."""
    file: str = pydantic.Field(default="scores.json")
    """File in the stage's folder."""


class SizeCurve(Settings):
    """Metrics of the study over the amount of training data of their variants.

    Example:
        >>> sizes = {"few": 1_000, "many": 10_000}
        >>> curve = SizeCurve(title="Data", label="sentence pairs", sizes=sizes, metrics=["p_at_1"])
        >>> curve.sizes["many"]
        10000
    """

    title: str
    """Title of the plot."""
    label: str
    """Label of the horizontal axis, such as sentence pairs."""
    sizes: dict[Identifier, int] = pydantic.Field(min_length=2)
    """Amount of data, by variant."""
    metrics: list[Identifier] = pydantic.Field(min_length=1)
    """Metrics of the study to plot, a line each."""
