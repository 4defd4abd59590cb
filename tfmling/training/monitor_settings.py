"""Settings of what is measured while a training runs."""

import pydantic

from tfmling.core.config import InputPath, Settings


class Monitor(Settings):
    """The same held-out pairs are embedded every so many steps, and their space is measured."""

    records: list[InputPath] = pydantic.Field(
        min_length=1, description="folders of build_bitext; not those that are trained on"
    )
    languages: list[str] | None = pydantic.Field(
        None, description="only these pairs, as en-sw; null takes all"
    )
    every: int = pydantic.Field(
        200, ge=1, description="steps; a multiple of runtime.steps_per_loop"
    )
    pairs: int = pydantic.Field(500, ge=2, description="the first so many of each language pair")
    max_length: int | None = pydantic.Field(
        None, ge=3, description="tokens, with [CLS] and [SEP]; null: as many as the encoder reads"
    )
    batch_size: int = pydantic.Field(64, ge=1, description="sentences embedded at a time")
