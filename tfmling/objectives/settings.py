"""Settings of training tasks: an objective and its inputs."""

from typing import Annotated, ClassVar, Literal

import pydantic

from tfmling.conversion.settings import EncoderPath
from tfmling.core.config import Settings
from tfmling.inputs.settings import Inputs


class Ranking(Settings):
    """Additive-margin softmax with in-batch negatives (LaBSE, 2007.01852).

    Example:
        >>> ranking = Ranking(margin=0.2, scale_bounds=(1.0, 100.0))
        >>> ranking.scale
        20.0
    """

    margin: float = 0.3
    """Subtracted from the cosine of true pairs."""
    margin_warmup_steps: int = pydantic.Field(0, ge=0)
    """Steps in which the margin rises linearly from 0."""
    scale: float = pydantic.Field(20.0, gt=0)
    """Inverse temperature: factor on the cosines."""
    scale_bounds: tuple[float, float] | None = None
    """Learn the scale between these bounds; null: fixed."""
    mask_false_negatives: bool = True
    """Mask in-batch negatives that repeat the query or its target."""

    @pydantic.model_validator(mode="after")
    def _scale_starts_between_bounds(self) -> "Ranking":
        if self.scale_bounds and not 0 < self.scale_bounds[0] < self.scale < self.scale_bounds[1]:
            raise ValueError(
                f"scale_bounds must be positive, with scale {self.scale} between them; got "
                f"{list(self.scale_bounds)}"
            )
        return self


class Task(Settings):
    """The settings that all training tasks share.

    Example:
        >>> inputs = {"kind": "sentences", "records": [folder], "global_batch_size": 64}
        >>> Task(name="sw", inputs=inputs).weight
        1.0
    """

    can_pack: ClassVar[bool] = False

    name: str = pydantic.Field(pattern="^[^/]+$")
    """Prefix of its metrics."""
    weight: float = pydantic.Field(1.0, gt=0)
    """Weight of its loss in the sum."""
    inputs: Inputs
    """Records and batches."""

    @pydantic.model_validator(mode="after")
    def _packing_is_supported(self) -> "Task":
        if self.inputs.packed and not self.can_pack:
            raise ValueError("inputs.packed: only masked_lm tasks can use packing; set it to false")
        return self


def _require_several_pairs(inputs: Inputs) -> None:
    if inputs.global_batch_size < 2:
        raise ValueError(
            "inputs.global_batch_size: a ranking loss compares the pairs of a batch, expected at "
            f"least 2; got {inputs.global_batch_size}"
        )


class MaskedLM(Task):
    """Masked LM: MLM on sentences, TLM on sentence pairs, BERT's MLM on segment pairs.

    Example:
        >>> inputs = {"kind": "sentences", "records": [folder], "global_batch_size": 64}
        >>> task = MaskedLM(name="mlm", kind="masked_lm", inputs=inputs)
        >>> task.mask_rate, task.whole_word
        (0.15, True)
    """

    can_pack: ClassVar[bool] = True

    kind: Literal["masked_lm"]
    mask_rate: float = pydantic.Field(0.15, gt=0, lt=1)
    """Share of pieces that are masked."""
    max_predictions: int = pydantic.Field(20, ge=1)
    """Masked tokens per row, at most."""
    whole_word: bool = True
    """Whether all pieces of a word are masked together."""
    next_sentence: bool = False
    """Needs inputs.kind segment_pairs."""
    restart_positions: bool = False
    """Positions restart at 0 in the second segment (XLM's TLM)."""
    gradient_accumulation_steps: int = pydantic.Field(1, ge=1)
    """Split each replica's batch into n parts, to save memory."""
    vocabulary_chunk: int | None = pydantic.Field(None, ge=1)
    """Compute logits for n pieces at a time, to save memory; null: all."""

    @pydantic.model_validator(mode="after")
    def _options_match(self) -> "MaskedLM":
        if self.inputs.kind in ("hard_negatives", "aligned_pairs"):
            raise ValueError(
                f"inputs.kind: expected sentence_pairs for TLM; got {self.inputs.kind}"
            )
        if self.next_sentence and self.inputs.packed:
            raise ValueError(
                "next_sentence: true reads the [CLS] of each row, and packed rows hold several "
                "pairs; set inputs.packed to false"
            )
        if self.next_sentence and self.inputs.kind != "segment_pairs":
            raise ValueError(
                "next_sentence: true needs inputs.kind: segment_pairs, which build_monolingual "
                f"writes; got {self.inputs.kind}"
            )
        return self


class DualEncoder(Task, Ranking):
    """Translation ranking with one encoder for both sides.

    Example:
        >>> inputs = {"kind": "sentence_pairs", "records": [folder], "global_batch_size": 64}
        >>> task = DualEncoder(name="dual", kind="dual_encoder", inputs=inputs, margin=0.2)
        >>> task.margin, task.scale
        (0.2, 20.0)
    """

    kind: Literal["dual_encoder"]
    gradient_cache_batch_size: int | None = pydantic.Field(None, ge=1)
    """Pairs that a replica embeds at a time; null: no gradient caching."""

    matryoshka_dims: dict[int, float] = pydantic.Field({})
    """Weight of the loss of the first d dimensions, by d."""

    @pydantic.model_validator(mode="after")
    def _needs_pairs(self) -> "DualEncoder":
        if self.inputs.kind not in ("sentence_pairs", "hard_negatives"):
            raise ValueError(
                f"inputs.kind must be sentence_pairs or hard_negatives; got {self.inputs.kind}"
            )
        _require_several_pairs(self.inputs)
        return self


class Distillation(Task):
    """Distil a frozen teacher's embeddings (Reimers and Gurevych 2020, 2004.09813).

    Example:
        >>> inputs = {"kind": "sentence_pairs", "records": [folder], "global_batch_size": 64}
        >>> values = {"teacher": folder, "student_sides": ["source", "target"], "inputs": inputs}
        >>> Distillation(name="distil", kind="distillation", **values).squared_error
        1.0
    """

    kind: Literal["distillation"]
    teacher: EncoderPath
    """Folder of the encoder whose vectors are imitated."""
    student_sides: list[Literal["source", "target", "text"]] = pydantic.Field(min_length=1)
    """Text for sentences; the teacher reads text or source."""
    squared_error: float = pydantic.Field(1.0, ge=0)
    """Weight of |student - teacher|^2."""
    ranking: Ranking | None = None
    """One more loss, which ranks translations; null: none."""

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
            _require_several_pairs(self.inputs)
        return self


class Alignment(Task):
    """Pull words towards their translations (Cao et al. 2020, 2002.03518).

    Example:
        >>> inputs = {"kind": "aligned_pairs", "records": [folder], "global_batch_size": 64}
        >>> task = Alignment(name="align", kind="alignment", inputs=inputs)
        >>> task.anchor, task.max_links
        ('target', 64)
    """

    kind: Literal["alignment"]
    anchor: Literal["source", "target"] = "target"
    """The side that keeps its vectors; English in the paper."""
    towards: Literal["start", "trained"] = "start"
    """Pull towards the anchor's words as the frozen initial encoder embeds them (released code), or
    as the trained encoder does (paper).
    """
    regularization: float = pydantic.Field(1.0, ge=0)
    """Weight of the anchor's distance to the initial encoder."""
    max_links: int = pydantic.Field(64, ge=1)
    """Links per pair; additional ones are dropped."""

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


def has_dense_table_gradient(task: AnyTask) -> bool:
    """Whether the gradient of the embedding table is dense rather than sparse.

    Example:
        >>> inputs = {"kind": "sentences", "records": [folder], "global_batch_size": 64}
        >>> has_dense_table_gradient(MaskedLM(name="mlm", kind="masked_lm", inputs=inputs))
        True
    """
    is_cached = getattr(task, "gradient_cache_batch_size", None) is not None
    return isinstance(task, MaskedLM) or is_cached
