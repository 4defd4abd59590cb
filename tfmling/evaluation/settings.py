"""Settings of the main `evaluate`: which models, on which test sets."""

from collections import Counter

import pydantic

from tfmling.core.config import Name, OutputPath, Settings
from tfmling.embedding.settings import ModelSource
from tfmling.evaluation import AnyTestSet
from tfmling.evaluation.test_set import places


class Evaluate(Settings):
    """Models and the test sets on which each of them is scored.

        tfmling evaluate --config configs/evaluate.yaml
        tfmling evaluate --config configs/evaluate.yaml --set models.after=runs/mine/encoder

    Writes scores.json, scores.md, scores.png and scores.html.
    """

    output: OutputPath
    models: dict[Name, ModelSource] = pydantic.Field(
        min_length=1, description="name: folder of any model, or its path, pooling and truncate_dim"
    )
    sets: list[AnyTestSet] = pydantic.Field(min_length=1)
    neighbours: int = pydantic.Field(4, ge=1, description="of the margin")
    max_length: int | None = pydantic.Field(
        None,
        ge=3,
        description="pieces read of a sentence; null: as many as the model reads; an exported "
        "model brings its own",
    )
    batch_size: int = pydantic.Field(64, ge=1)

    @pydantic.model_validator(mode="after")
    def _each_score_has_one_place(self) -> "Evaluate":
        counted = Counter(places(self.sets))
        twice = [" ".join(place) for place, times in counted.items() if times > 1]
        if twice:
            raise ValueError(f"sets: the same kind, name and languages twice: {', '.join(twice)}")
        return self

    @pydantic.model_validator(mode="after")
    def _references_are_models(self) -> "Evaluate":
        for test_set in self.sets:
            if test_set.reference is not None and test_set.reference not in self.models:
                raise ValueError(
                    f"sets: reference of {test_set.name!r}: expected one of the models "
                    f"({', '.join(self.models)}), got {test_set.reference!r}"
                )
        return self
