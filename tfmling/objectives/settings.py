"""Settings of the training tasks: an objective and what it reads."""

from typing import Annotated, ClassVar, Literal

import pydantic

from tfmling.conversion.encoder_settings import EncoderPath
from tfmling.core.config import Settings
from tfmling.inputs.settings import Inputs


class Ranking(Settings):
    """Additive-margin softmax over the batch (LaBSE, 2007.01852)."""

    margin: float = pydantic.Field(0.3, description="taken from the cosine of a true pair")
    margin_warmup_steps: int = pydantic.Field(
        0, ge=0, description="the margin rises linearly from 0 in so many steps"
    )
    scale: float = pydantic.Field(20.0, gt=0, description="multiplies the cosines")
    scale_bounds: tuple[float, float] | None = pydantic.Field(
        None,
        description="null: fixed; else the scale is learned, from `scale`, between these",
    )
    mask_false_negatives: bool = pydantic.Field(
        True, description="equal sentences of a batch are not each other's negatives"
    )

    @pydantic.model_validator(mode="after")
    def _scale_starts_between_bounds(self) -> "Ranking":
        if self.scale_bounds and not 0 < self.scale_bounds[0] < self.scale < self.scale_bounds[1]:
            raise ValueError(
                f"scale_bounds must be positive and hold scale {self.scale} between them; got "
                f"{list(self.scale_bounds)}"
            )
        return self


class Task(Settings):
    """What every training task has."""

    can_pack: ClassVar[bool] = False

    name: str = pydantic.Field(pattern=r"^[^/]+$", description="its figures are named `name/...`")
    weight: float = pydantic.Field(1.0, gt=0, description="of its loss in the sum")
    inputs: Inputs

    @pydantic.model_validator(mode="after")
    def _sentence_vectors_need_rows_of_their_own(self) -> "Task":
        if self.inputs.packed and not self.can_pack:
            raise ValueError("inputs.packed: only masked_lm tasks can pack; set it to false")
        return self


def _require_batch_to_rank(inputs: Inputs) -> None:
    """Raises ValueError for batches in which each sentence has one candidate alone."""
    if inputs.global_batch_size < 2:
        raise ValueError(
            "inputs.global_batch_size: a ranking loss compares the pairs of a batch, expected at "
            f"least 2; got {inputs.global_batch_size}"
        )


class MaskedLM(Task):
    """Guess hidden words: MLM over sentences, TLM over their pairs, BERT's MLM over segments."""

    can_pack: ClassVar[bool] = True

    kind: Literal["masked_lm"]
    mask_rate: float = pydantic.Field(0.15, gt=0, lt=1)
    max_predictions: int = pydantic.Field(20, ge=1)
    whole_word: bool = True
    next_sentence: bool = pydantic.Field(False, description="needs inputs.kind segment_pairs")
    restart_positions: bool = pydantic.Field(
        False, description="the second segment's positions begin at 0 again (XLM's TLM)"
    )
    gradient_accumulation_steps: int = pydantic.Field(
        1, ge=1, description="a replica goes through its batch in so many parts: less memory"
    )
    vocabulary_chunk: int | None = pydantic.Field(
        None,
        ge=1,
        description="pieces whose logits exist at a time: less memory; null: all of them",
    )

    @pydantic.model_validator(mode="after")
    def _negatives_are_not_read(self) -> "MaskedLM":
        if self.inputs.kind in ("hard_negatives", "aligned_pairs"):
            raise ValueError(
                f"inputs.kind: expected sentence_pairs for TLM; got {self.inputs.kind}"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _next_sentence_needs_rows_of_its_own(self) -> "MaskedLM":
        if self.next_sentence and self.inputs.packed:
            raise ValueError(
                "next_sentence: true reads the [CLS] of each row, and packed rows hold several "
                "pairs; set inputs.packed to false"
            )
        return self

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
    gradient_cache_batch_size: int | None = pydantic.Field(
        None, ge=1, description="pairs that a replica embeds at a time (gradient caching)"
    )

    matryoshka_dims: dict[int, float] = pydantic.Field(
        {}, description="Matryoshka: weight of the loss of the first d dimensions, by d"
    )

    @pydantic.model_validator(mode="after")
    def _needs_pairs(self) -> "DualEncoder":
        if self.inputs.kind not in ("sentence_pairs", "hard_negatives"):
            raise ValueError(
                f"inputs.kind must be sentence_pairs or hard_negatives; got {self.inputs.kind}"
            )
        _require_batch_to_rank(self.inputs)
        return self


class Distillation(Task):
    """Student vectors drawn to those of a frozen teacher (Reimers and Gurevych, 2004.09813)."""

    kind: Literal["distillation"]
    teacher: EncoderPath
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
        if self.ranking is not None:
            _require_batch_to_rank(self.inputs)
        return self


class Alignment(Task):
    """Words drawn to their translations (Cao et al. 2020, 2002.03518)."""

    kind: Literal["alignment"]
    anchor: Literal["source", "target"] = pydantic.Field(
        "target", description="the side that stays where it was; there English"
    )
    towards: Literal["start", "trained"] = pydantic.Field(
        "start",
        description="what the other side's words are drawn to: the anchor's words as the frozen "
        "start has them (the released code), or as they are now (the paper)",
    )
    regularisation: float = pydantic.Field(
        1.0, ge=0, description="weight of the anchor's distance to the frozen start"
    )
    max_links: int = pydantic.Field(64, ge=1, description="links of a pair; further are left out")

    @pydantic.model_validator(mode="after")
    def _needs_links(self) -> "Alignment":
        if self.inputs.kind != "aligned_pairs":
            raise ValueError(
                "inputs.kind must be aligned_pairs, which align_words writes with `records`; got "
                f"{self.inputs.kind}"
            )
        return self


AnyTask = Annotated[
    MaskedLM | DualEncoder | Distillation | Alignment, pydantic.Field(discriminator="kind")
]


def reaches_every_row(task: AnyTask) -> bool:
    """Whether the gradient of a task's loss to the table of pieces is dense."""
    return (
        isinstance(task, MaskedLM) or getattr(task, "gradient_cache_batch_size", None) is not None
    )
