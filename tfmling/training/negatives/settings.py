"""Settings of `tfmling mine_negatives`."""

import pydantic

from tfmling.conversion.settings import EncoderPath
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
    """The folder to write."""
    encoder: EncoderPath
    """An encoder folder."""
    records: list[InputPath] = pydantic.Field(min_length=1)
    """Folders of build_bitext, whose pairs get hard negatives."""
    languages: list[str] | None = None
    """Language pairs to read, as en-sw; null: all."""
    negatives: int = pydantic.Field(3, ge=1)
    """Maximum number per source; 3 in LaBSE."""
    candidates: int = pydantic.Field(50, ge=1)
    """Nearest targets to choose from."""
    max_ratio: float = pydantic.Field(0.95, gt=0, le=1)
    """Candidates whose cosine is at least this share of the true pair's are skipped, since they may
    be translations.
    """
    pool: int = pydantic.Field(200000, ge=1)
    """Targets to search per language pair, a random sample."""
    max_length: int | None = pydantic.Field(None, ge=3)
    """Tokens, with [CLS] and [SEP]; null: the encoder's maximum."""
    batch_size: int = pydantic.Field(64, ge=1)
    """Sentences per batch."""
    seed: Seed = 1
    """Seed of the sample of targets."""
