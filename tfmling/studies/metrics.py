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
    """Its source: P the paper, M memory, C the paper's code."""

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
    title: str
    stage: Identifier
    """A stage of the run, or a shared one."""
    file: str = pydantic.Field(default="scores.json")
    """In the stage's folder."""
    path: str
    """For example retrieval.after.tatoeba.sw-en.p_at_1."""
    items: str | None = pydantic.Field(default=None)
    """Path of a list with one number per test item, equally long in all runs, whose mean is the
    metric; intervals are then bootstrapped over items.
    """
    better: Literal["higher", "lower"] = "higher"
    variants: list[Identifier] | None = pydantic.Field(default=None)
    """The variants that have it; null: all that run the stage."""
    paper: dict[Identifier, PaperResult] = pydantic.Field(default={})
    """By variant."""

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
    stage: Identifier
    y: str
    """Its key in the history, such as mlm/masked_lm_loss."""
    x: str = "step"
    file: str = pydantic.Field(default="history.jsonl")
    """In the stage's folder."""
    reach: list[float] = pydantic.Field(default=[])
    """For each value, report the first step from which y stays below it."""


class LayerCurve(Settings):
    """A metric that a probe reports for each layer.

    Example:
        >>> LayerCurve(title="Words found", stage="probe", path="words.de-en.csls.forward").metric
        'accuracy'
    """

    title: str
    stage: Identifier
    path: str
    """Parent of layer-1, layer-2 …: words.de-en.csls.forward.all."""
    metric: str = pydantic.Field(default="accuracy")
    """Key below each layer."""
    file: str = pydantic.Field(default="scores.json")
    """In the stage's folder."""


class SizeCurve(Settings):
    """Metrics of the study over the amount of training data of their variants.

    Example:
        >>> sizes = {"few": 1_000, "many": 10_000}
        >>> curve = SizeCurve(title="Data", label="sentence pairs", sizes=sizes, metrics=["p_at_1"])
        >>> curve.sizes["many"]
        10000
    """

    title: str
    label: str
    """Of the horizontal axis, such as: sentence pairs."""
    sizes: dict[Identifier, int] = pydantic.Field(min_length=2)
    """By variant."""
    metrics: list[Identifier] = pydantic.Field(min_length=1)
    """Of the study, one line each."""
