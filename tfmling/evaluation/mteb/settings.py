"""Settings of `evaluate_mteb`: which model, on which tasks."""

import pydantic

from tfmling.core.config import Name, OutputPath, Settings
from tfmling.corpora import AnyBitext
from tfmling.embedding.settings import ModelSource


class LocalBitext(Settings):
    """Sentence pairs of one's own as a task of MTEB's kind BitextMining."""

    name: Name
    pairs: AnyBitext


class EvaluateMteb(Settings):
    """One model, scored by MTEB's own code on its tasks and on local bitext.

        tfmling evaluate_mteb --config configs/evaluate_mteb.yaml

    Needs the extra `mteb`, which brings PyTorch.
    """

    output: OutputPath
    model: ModelSource
    name: str = pydantic.Field(
        "tfmling/model", pattern=r"^[\w.-]+/[\w.-]+$", description="organisation/name in results"
    )
    tasks: list[str] = pydantic.Field(
        [], description="names that mteb knows, such as Tatoeba; they are downloaded"
    )
    bitext: list[LocalBitext] = pydantic.Field([], description="tasks that need no download")
    max_length: int | None = pydantic.Field(
        None, ge=3, description="null: as many as the model reads; an exported model brings its own"
    )
    batch_size: int = pydantic.Field(64, ge=1)

    @pydantic.model_validator(mode="after")
    def _something_is_asked(self) -> "EvaluateMteb":
        if not self.tasks and not self.bitext:
            raise ValueError("expected `tasks` (MTEB's names) or `bitext` (files), got neither")
        return self
