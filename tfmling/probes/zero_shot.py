"""The zero-shot matrix: language trained on by language tested on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from tfmling.probes.probe import Row
from tfmling.probes.transfer import TransferProbe, draw_matrix

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class ZeroShotMatrix(TransferProbe):
    """Scores of entities, parts of speech or inference."""

    TITLE: ClassVar = "Zero-shot transfer (95 % interval)"

    kind: Literal["zero_shot"]

    def draw(self, rows: Sequence[Row]) -> "Figure":
        """A heat map."""
        return draw_matrix(rows)
