"""A figure that a study reads from every cell."""

from typing import Literal

import pydantic

from tfmling.core.config import Settings
from tfmling.recipes.settings import Name


class PaperFigure(Settings):
    """What a paper says of an arm, and how we know: P the paper, M from memory, C its code."""

    says: str
    tag: Literal["P", "M", "C"]

    def __str__(self) -> str:
        return f"{self.says} [{self.tag}]"


class Measure(Settings):
    """A number in a JSON file of a stage.

    A path is keys with dots between; in a list a whole number is a position, from the end if
    negative. A file of JSON lines (.jsonl) is a list.
    """

    name: Name
    title: str
    stage: Name = pydantic.Field(description="of the cell, or a shared one")
    file: str = pydantic.Field(default="scores.json", description="in the stage's folder")
    path: str = pydantic.Field(description="retrieval.after.tatoeba.sw-en.p_at_1")
    items: str | None = pydantic.Field(
        default=None,
        description="path of a list, one number a test item, whose mean the figure is and which is "
        "as long in all cells; intervals are then bootstrapped over items",
    )
    better: Literal["higher", "lower"] = "higher"
    arms: list[Name] | None = pydantic.Field(
        default=None, description="those that have it; null: all whose cells have the stage"
    )
    paper: dict[Name, PaperFigure] = pydantic.Field(default={}, description="by arm")

    def asks(self, arm: str) -> bool:
        """Whether an arm is to have the figure."""
        return self.arms is None or arm in self.arms
