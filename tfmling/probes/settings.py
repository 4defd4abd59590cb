"""Settings of `probe`: one encoder and its probes."""

import pydantic

from tfmling.conversion.settings import EncoderPath
from tfmling.core.config import OutputPath, Settings
from tfmling.probes import AnyProbe
from tfmling.probes.probe import require_different


class ProbeEncoder(Settings):
    """Run probes on an encoder: word retrieval, zero-shot transfer, similarity of languages, ...

        tfmling probe --config configs/probe.yaml
        tfmling probe --config configs/probe.yaml --set encoder=runs/swahili/masked_lm

    Writes scores.json, counts.json and report.html.
    """

    output: OutputPath
    """The folder to write."""
    encoder: EncoderPath
    """An encoder folder."""
    probes: list[AnyProbe] = pydantic.Field(min_length=1)
    """What to measure."""
    max_length: int | None = pydantic.Field(None, ge=3)
    """Pieces read per sentence; null: as many as the encoder reads."""
    batch_size: int = pydantic.Field(32, ge=1)
    """Sentences per call of the encoder."""

    @pydantic.field_validator("probes")
    @classmethod
    def _names_differ(cls, probes: list[AnyProbe]) -> list[AnyProbe]:
        require_different([own.name for own in probes], "names of probes")
        return probes
