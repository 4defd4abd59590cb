"""Settings of `tfmling mine_negatives`."""

import pydantic

from tfmling.core.config import InputPath, OutputPath, Seed, Settings


class MineNegatives(Settings):
    """Hard negatives, mined with the current encoder: near a source, but not its translation.

        tfmling mine_negatives --config configs/mine_negatives.yaml

    Train on them with inputs.kind: hard_negatives; see docs/training.md.

    Example:
        >>> settings = MineNegatives(output="out", encoder=folder, records=[folder], negatives=5)
        >>> settings.negatives, settings.max_ratio
        (5, 0.95)
    """

    output: OutputPath
    encoder: InputPath = pydantic.Field(description="an encoder folder")
    records: list[InputPath] = pydantic.Field(
        min_length=1, description="folders of build_bitext, whose pairs get hard negatives"
    )
    languages: list[str] | None = pydantic.Field(
        None, description="only these language pairs, as en-sw; null: all"
    )
    negatives: int = pydantic.Field(3, ge=1, description="per source, at most; LaBSE has 3")
    candidates: int = pydantic.Field(50, ge=1, description="nearest targets to choose from")
    max_ratio: float = pydantic.Field(
        0.95,
        gt=0,
        le=1,
        description="skip candidates whose cosine is at least this share of the true pair's, since "
        "they may be translations",
    )
    pool: int = pydantic.Field(
        200_000, ge=1, description="targets to search per language pair, a random sample"
    )
    max_length: int | None = pydantic.Field(
        None, ge=3, description="tokens, with [CLS] and [SEP]; null: the encoder's maximum"
    )
    batch_size: int = pydantic.Field(64, ge=1, description="sentences per batch")
    seed: Seed = pydantic.Field(1, description="of the sample of targets")
