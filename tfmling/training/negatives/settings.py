"""Settings of `tfmling mine_negatives`."""

import pydantic

from tfmling.core.config import InputPath, OutputPath, Seed, Settings


class MineNegatives(Settings):
    """Hard negatives, found with the current encoder: near a source, but not its translation.

        tfmling mine_negatives --config configs/mine_negatives.yaml

    Train on them with inputs.kind: hard_negatives; see docs/training.md.
    """

    output: OutputPath
    encoder: InputPath = pydantic.Field(description="an encoder folder: the current encoder")
    records: list[InputPath] = pydantic.Field(
        min_length=1, description="folders of build_bitext, whose pairs get negatives"
    )
    languages: list[str] | None = pydantic.Field(
        None, description="only these pairs, as en-sw; null takes all"
    )
    negatives: int = pydantic.Field(3, ge=1, description="of a source at most; LaBSE had 3")
    candidates: int = pydantic.Field(50, ge=1, description="nearest targets that are looked at")
    max_ratio: float = pydantic.Field(
        0.95,
        gt=0,
        le=1,
        description="a candidate whose cosine is this share of the true pair's, or more, may be a "
        "translation and is passed over",
    )
    pool: int = pydantic.Field(
        200_000, ge=1, description="targets of a language pair that are searched, drawn at random"
    )
    max_length: int | None = pydantic.Field(
        None, ge=3, description="tokens, with [CLS] and [SEP]; null: as many as the encoder reads"
    )
    batch_size: int = pydantic.Field(64, ge=1, description="sentences embedded at a time")
    seed: Seed = pydantic.Field(1, description="of the draw of the pool")
