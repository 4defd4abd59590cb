"""Settings of the training tasks: an objective and what it reads."""

from typing import Annotated, Literal

import pydantic

from tfmling.config import InputPath, Settings
from tfmling.inputs.settings import Inputs


class Ranking(Settings):
    """Additive-margin softmax over the batch (LaBSE, 2007.01852)."""

    margin: float = pydantic.Field(0.3, description="taken from the cosine of a true pair")
    scale: float = pydantic.Field(20.0, gt=0, description="multiplies the cosines")
    mask_duplicates: bool = pydantic.Field(
        True, description="equal sentences of a batch are not each other's negatives"
    )


class Task(Settings):
    """What every training task has."""

    name: str
    weight: float = pydantic.Field(1.0, gt=0, description="of its loss in the sum")
    inputs: Inputs


class MaskedLM(Task):
    """Guess hidden words: MLM over sentences, TLM over their pairs, BERT's MLM over segments."""

    kind: Literal["masked_lm"]
    mask_rate: float = pydantic.Field(0.15, gt=0, lt=1)
    max_predictions: int = pydantic.Field(20, ge=1)
    whole_word: bool = True
    next_sentence: bool = pydantic.Field(False, description="needs inputs.kind segment_pairs")

    @pydantic.model_validator(mode="after")
    def _next_sentence_needs_segments(self) -> "MaskedLM":
        if self.next_sentence and self.inputs.kind != "segment_pairs":
            raise ValueError(
                "next_sentence: true needs inputs.kind: segment_pairs, which build_monolingual "
                f"writes; got {self.inputs.kind}"
            )
        return self


class DualEncoder(Task, Ranking):
    """Translations near, everything else in the batch far, with one encoder for both sides."""

    kind: Literal["dual_encoder"]

    @pydantic.model_validator(mode="after")
    def _needs_pairs(self) -> "DualEncoder":
        if self.inputs.kind != "sentence_pairs":
            raise ValueError(f"inputs.kind must be sentence_pairs; got {self.inputs.kind}")
        return self


class Distillation(Task):
    """Student vectors drawn to those of a frozen teacher (Reimers and Gurevych, 2004.09813)."""

    kind: Literal["distillation"]
    teacher: InputPath
    student_sides: list[Literal["source", "target", "text"]] = pydantic.Field(
        min_length=1, description="text for sentences; the teacher reads text or source"
    )
    squared_error: float = pydantic.Field(1.0, ge=0, description="weight of |student - teacher|^2")
    ranking: Ranking | None = None

    @pydantic.model_validator(mode="after")
    def _sides_match_inputs(self) -> "Distillation":
        allowed = {"sentences": {"text"}, "sentence_pairs": {"source", "target"}}
        sides = allowed.get(self.inputs.kind, set())
        if not set(self.student_sides) <= sides:
            raise ValueError(
                f"inputs.kind {self.inputs.kind} has the sides {sorted(sides)}; student_sides is "
                f"{self.student_sides}"
            )
        return self


AnyTask = Annotated[MaskedLM | DualEncoder | Distillation, pydantic.Field(discriminator="kind")]
