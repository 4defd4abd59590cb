"""A study of probed encoders: figures by layer, and by how much an encoder was trained on."""

from typing import Any, Literal

import pydantic

from tfmling.core.config import Settings
from tfmling.recipes.settings import Name
from tfmling.studies.comparison import Comparison
from tfmling.studies.settings import expect_known


class LayerCurve(Settings):
    """A figure that a probe gives for each layer."""

    title: str
    stage: Name
    path: str = pydantic.Field(description="to layer-1, layer-2 …: words.de-en.csls.forward.all")
    figure: str = pydantic.Field(default="accuracy", description="what is read of each layer")
    file: str = pydantic.Field(default="scores.json", description="in the stage's folder")


class SizeCurve(Settings):
    """Figures of the study over how much their arms were trained on."""

    title: str
    label: str = pydantic.Field(description="of the axis: sentence pairs")
    sizes: dict[Name, int] = pydantic.Field(min_length=2, description="by arm")
    figures: list[Name] = pydantic.Field(min_length=1, description="of the study, a line each")


class Probing(Comparison):
    """Arms as in a comparison; the page also shows what they have by layer and by size."""

    kind: Literal["probing"]  # type: ignore[assignment]
    layers: list[LayerCurve] = pydantic.Field(default=[])
    sizes: list[SizeCurve] = pydantic.Field(default=[])

    def sections(self, results: Any) -> list[Any]:
        """Curves of trainings, of sizes and of layers."""
        from tfmling.studies.draw_probing import layer_sections, size_sections

        return [
            *super().sections(results),
            *(section for curve in self.sizes for section in size_sections(curve, results)),
            *(section for curve in self.layers for section in layer_sections(curve, results)),
        ]

    @pydantic.model_validator(mode="after")
    def _curves_are_of_arms_figures_and_stages(self) -> "Probing":
        figures = [measure.name for measure in self.figures]
        for curve in self.sizes:
            expect_known(f"sizes: {curve.title!r}: sizes", curve.sizes, self.arms)
            expect_known(f"sizes: {curve.title!r}: figures", curve.figures, figures)
        for layer in self.layers:
            expect_known(f"layers: {layer.title!r}: stage", [layer.stage], self._made)
        return self
