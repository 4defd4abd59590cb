"""A curve of a study: how a figure of a training moves with its steps, by arm."""

import pydantic

from tfmling.core.config import Settings
from tfmling.recipes.settings import Name


class Curve(Settings):
    """A figure that a training writes again and again into its history."""

    title: str
    stage: Name
    y: str = pydantic.Field(description="its key in the history: mlm/masked_lm_loss")
    x: str = "step"
    file: str = pydantic.Field(default="history.jsonl", description="in the stage's folder")
    reach: list[float] = pydantic.Field(
        default=[], description="for each, the first step from which the figure stays below it"
    )
