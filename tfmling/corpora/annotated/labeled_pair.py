"""Two sentences with one label."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class LabeledPair:
    """Two sentences with one label, as in natural language inference.

    Attributes:
        premise: what is given.
        hypothesis: what may follow from it.
        label: what the relation is.
        location: file and line.
    """

    premise: str
    hypothesis: str
    label: str
    location: str
