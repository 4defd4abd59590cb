"""Settings of the inputs of a training task."""

from typing import Literal

import pydantic

from tfmling.core.config import InputPath, Settings

RecordKind = Literal[
    "sentences", "segment_pairs", "sentence_pairs", "hard_negatives", "aligned_pairs"
]


class Inputs(Settings):
    """Records, language sampling and batches of a task.

    Example:
        >>> inputs = Inputs(kind="sentences", records=[folder], global_batch_size=64)
        >>> inputs.max_length, inputs.packed
        (128, False)
    """

    kind: RecordKind
    """What the records hold."""
    records: list[InputPath] = pydantic.Field(min_length=1)
    """Folders written by build_monolingual, build_bitext, mine_negatives or align_words."""
    languages: list[str] | None = None
    """Languages to read (or pairs, as en-sw); null: all."""
    sampling_exponent: float = pydantic.Field(0.7, ge=0, le=1)
    """A language's share is proportional to size ** exponent."""
    size_cap: int | None = pydantic.Field(None, ge=1)
    """Maximum size of a language when its share is computed."""
    batch_languages: Literal["mixed", "one"] = "mixed"
    """Whether a batch mixes languages (or pairs) or has only one."""
    max_length: int = pydantic.Field(128, ge=3)
    """Pieces per text, [CLS] and [SEP] included; longer texts are truncated."""
    length_buckets: list[int] = pydantic.Field([])
    """Group texts of similar length and pad to these; []: always max_length."""
    packed: bool = False
    """Whether several records share a row of max_length, each with its own positions and attention;
    for masked_lm only. global_batch_size then counts rows.
    """
    global_batch_size: int = pydantic.Field(ge=1, le=1 << 20)
    """Texts or pairs per step, over all replicas."""
    shuffle_buffer: int = pydantic.Field(10_000, ge=1)
    """Records of a language from which the next one is drawn."""
    negatives: int = pydantic.Field(0, ge=0)
    """Hard negatives per pair, for records of kind hard_negatives."""

    @pydantic.model_validator(mode="after")
    def _options_match(self) -> "Inputs":
        if (self.negatives > 0) != (self.kind == "hard_negatives"):
            raise ValueError(
                "negatives: expected 1 or more with kind: hard_negatives, which mine_negatives "
                f"writes, and 0 with any other; got {self.negatives} with {self.kind}"
            )
        if self.packed and self.length_buckets:
            raise ValueError(
                "packed: true already fills rows of max_length; remove length_buckets "
                f"{self.length_buckets}, or packed"
            )
        if self.length_buckets and (
            sorted(set(self.length_buckets)) != self.length_buckets
            or self.length_buckets[-1] != self.max_length
        ):
            raise ValueError(
                f"length_buckets must increase and end at max_length {self.max_length}; got "
                f"{self.length_buckets}"
            )
        return self
