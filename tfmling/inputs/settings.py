"""Settings of what a training task reads."""

from typing import Literal

import pydantic

from tfmling.core.config import InputPath, Settings

RecordKind = Literal[
    "sentences", "segment_pairs", "sentence_pairs", "hard_negatives", "aligned_pairs"
]


class Inputs(Settings):
    """Which records a task reads, how languages share its batches, and how large they are."""

    kind: RecordKind
    records: list[InputPath] = pydantic.Field(
        min_length=1,
        description="folders that build_monolingual, build_bitext, mine_negatives or align_words "
        "wrote",
    )
    languages: list[str] | None = pydantic.Field(
        None, description="only these languages (or pairs, as en-sw); null takes all"
    )
    sampling_exponent: float = pydantic.Field(
        0.7, ge=0, le=1, description="a language's share is its size to this power, normalized"
    )
    size_cap: int | None = pydantic.Field(
        None, ge=1, description="a language counts as at most so many records when shares are made"
    )
    batch_languages: Literal["mixed", "one"] = pydantic.Field(
        "mixed", description="whether a batch mixes languages (or pairs) or holds one of them"
    )
    max_length: int = pydantic.Field(128, ge=3, description="tokens, with [CLS] and [SEP]")
    length_buckets: list[int] = pydantic.Field(
        [], description="batches of about equal length, padded to these; [] pads all to max_length"
    )
    packed: bool = pydantic.Field(
        False,
        description="masked_lm only: as many records as fit share a row of max_length, each with "
        "its own positions and seen by itself only; global_batch_size then counts rows",
    )
    global_batch_size: int = pydantic.Field(ge=1, le=1 << 20, description="over all replicas")
    shuffle_buffer: int = pydantic.Field(10_000, ge=1)
    negatives: int = pydantic.Field(
        0, ge=0, description="how many a pair of records of kind hard_negatives brings"
    )

    @pydantic.model_validator(mode="after")
    def _negatives_are_in_their_records(self) -> "Inputs":
        if (self.negatives > 0) != (self.kind == "hard_negatives"):
            raise ValueError(
                "negatives: 1 or more go with kind: hard_negatives, which mine_negatives writes, "
                f"and 0 with any other; got {self.negatives} with {self.kind}"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _packed_rows_are_alike(self) -> "Inputs":
        if self.packed and self.length_buckets:
            raise ValueError(
                "packed: true fills rows of max_length; remove length_buckets "
                f"{self.length_buckets}, or packed"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _buckets_rise_to_max_length(self) -> "Inputs":
        if self.length_buckets and (
            sorted(set(self.length_buckets)) != self.length_buckets
            or self.length_buckets[-1] != self.max_length
        ):
            raise ValueError(
                f"length_buckets must rise and end at max_length {self.max_length}; got "
                f"{self.length_buckets}"
            )
        return self
