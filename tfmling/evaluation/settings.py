"""Settings of `evaluate` and `evaluate_mteb`."""

from collections import Counter

import pydantic

from tfmling.core.config import Name, OutputPath, Settings
from tfmling.corpora import AnyBitext
from tfmling.embedding.settings import ModelSource
from tfmling.evaluation import AnyTestSet
from tfmling.evaluation.test_set import places


class Evaluate(Settings):
    """Score models on test sets.

        tfmling evaluate --config configs/evaluate.yaml
        tfmling evaluate --config configs/evaluate.yaml --set models.after=runs/mine/encoder

    Writes scores.json, scores.md, scores.png and scores.html.
    """

    output: OutputPath
    """The folder to write."""
    models: dict[Name, ModelSource] = pydantic.Field(min_length=1)
    """Models by name: a folder, or its path, pooling and truncate_dim."""
    sets: list[AnyTestSet] = pydantic.Field(min_length=1)
    """Test sets, each of one kind."""
    neighbors: int = pydantic.Field(4, ge=1)
    """Neighbors k of the margin."""
    max_length: int | None = pydantic.Field(None, ge=3)
    """Pieces to read of a sentence; null: as many as each model reads. Exported models have their
    own.
    """
    batch_size: int = pydantic.Field(64, ge=1)
    """Sentences per call of a model."""

    @pydantic.model_validator(mode="after")
    def _scores_have_unique_places(self) -> "Evaluate":
        counted = Counter(places(self.sets))
        twice = [" ".join(place) for place, times in counted.items() if times > 1]
        if twice:
            raise ValueError(
                f"sets: expected each kind, name and languages once; repeated: {', '.join(twice)}"
            )
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


class LocalBitext(Settings):
    """A bitext as a task of MTEB's type BitextMining.

    Example:
        >>> _ = open("en", "w").write("Hello.\\n")
        >>> _ = open("sw", "w").write("Habari.\\n")
        >>> languages = dict(source_language="sw", target_language="en")
        >>> pairs = dict(format="moses", source="sw", target="en", **languages)
        >>> LocalBitext(name="news", pairs=pairs).pairs.source_language
        'sw'
    """

    name: Name
    """Name of the task."""
    pairs: AnyBitext
    """The sentence pairs: a corpus as in build_bitext."""


class EvaluateMteb(Settings):
    """Score one model with MTEB's own code, on MTEB tasks and local bitext.

        tfmling evaluate_mteb --config configs/evaluate_mteb.yaml

    Needs the extra `mteb`, which installs PyTorch.
    """

    output: OutputPath
    """The folder to write."""
    model: ModelSource
    """The model to score."""
    name: str = pydantic.Field("tfmling/model", pattern="^[\\w.-]+/[\\w.-]+$")
    """Organization/name in results."""
    tasks: list[str] = pydantic.Field([])
    """Names of MTEB tasks, such as Tatoeba, which are downloaded."""
    bitext: list[LocalBitext] = pydantic.Field([])
    """Local tasks."""
    max_length: int | None = pydantic.Field(None, ge=3)
    """Pieces to read of a sentence; null: as many as the model reads. Exported models have their
    own.
    """
    batch_size: int = pydantic.Field(64, ge=1)
    """Sentences per call of the model."""

    @pydantic.model_validator(mode="after")
    def _some_task_is_given(self) -> "EvaluateMteb":
        if not self.tasks and not self.bitext:
            raise ValueError("expected `tasks` (MTEB's names) or `bitext` (files), got neither")
        return self
