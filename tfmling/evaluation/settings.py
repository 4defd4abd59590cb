"""Settings of the main `evaluate`: which models, on which test sets."""

from collections import Counter
from typing import Annotated, Literal

import pydantic

from tfmling.config import InputPath, OutputPath, Settings
from tfmling.corpora import AnyBitext, AnyMonolingual

UNDETERMINED = "und"  # BCP 47, where a corpus names its language line by line
# names become keys of scores.json, which reports address by `a.b.c`
Name = Annotated[str, pydantic.Field(pattern=r"^[\w-]+$")]


class RetrievalSet(Settings):
    """Sentence pairs; every sentence looks for its translation, in both directions."""

    kind: Literal["retrieval"]
    name: Name
    pairs: AnyBitext

    @property
    def keys(self) -> list[str]:
        """What is scored: `sw-en` and `en-sw`."""
        source, target = self.pairs.source_language, self.pairs.target_language
        return [f"{source}-{target}", f"{target}-{source}"]


class SimilaritySet(Settings):
    """Sentences; the mean cosine of a model's vectors with those of a reference model."""

    kind: Literal["similarity"]
    name: Name
    sentences: AnyMonolingual
    reference: Name = pydantic.Field(description="a key of `models`")

    @property
    def keys(self) -> list[str]:
        """What is scored: the language."""
        return [self.sentences.language or UNDETERMINED]


TestSet = Annotated[RetrievalSet | SimilaritySet, pydantic.Field(discriminator="kind")]


class Evaluate(Settings):
    """Every model is scored on every set."""

    output: OutputPath
    models: dict[Name, InputPath] = pydantic.Field(
        min_length=1, description="name: encoder folder, or folder of an exported sentence encoder"
    )
    sets: list[TestSet] = pydantic.Field(min_length=1)
    neighbours: int = pydantic.Field(4, ge=1, description="of the margin")
    max_length: int = pydantic.Field(
        64, ge=3, description="pieces read of a sentence; an exported model brings its own"
    )
    batch_size: int = pydantic.Field(64, ge=1)

    @pydantic.model_validator(mode="after")
    def _each_score_has_one_place(self) -> "Evaluate":
        counted = Counter((s.kind, s.name, key) for s in self.sets for key in s.keys)
        twice = [" ".join(place) for place, times in counted.items() if times > 1]
        if twice:
            raise ValueError(f"sets: the same kind, name and languages twice: {', '.join(twice)}")
        return self

    @pydantic.model_validator(mode="after")
    def _references_are_models(self) -> "Evaluate":
        for test_set in self.sets:
            if isinstance(test_set, SimilaritySet) and test_set.reference not in self.models:
                raise ValueError(
                    f"sets: reference of {test_set.name!r}: expected one of the models "
                    f"({', '.join(self.models)}), got {test_set.reference!r}"
                )
        return self
