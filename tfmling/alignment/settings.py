"""Settings of word aligners, without anything heavy."""

from typing import Literal

import pydantic

from tfmling.config import Settings


class FastAlignSettings(Settings):
    """The model of fast_align; defaults are those of its authors' recommended call (-d -o -v).

    Attributes:
        iterations: of EM.
        null_probability: p0, that a word translates none.
        tension: λ, how strongly links keep to the diagonal; where `fit_tension` starts.
        fit_tension: whether λ follows the data.
        dirichlet: α of the prior over translations; None for maximum likelihood.
    """

    kind: Literal["fast_align"] = "fast_align"
    iterations: int = pydantic.Field(5, ge=1)
    null_probability: float = pydantic.Field(0.08, ge=0, lt=1)
    tension: float = pydantic.Field(4.0, ge=0)
    fit_tension: bool = True
    dirichlet: float | None = pydantic.Field(0.01, gt=0)
