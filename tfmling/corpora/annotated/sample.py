"""Parts of a labelled corpus: as many sentences as a study asks for, drawn by a seed."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import pydantic

from tfmling.core.config import Seed, Settings
from tfmling.corpora.corpus import CorpusError

Item = TypeVar("Item")


class Sample(Settings):
    """The sentences `skip` to `skip + count` of an order that the seed decides.

    Samples of one seed whose ranges do not meet have no sentence in common, and of two that begin
    together the smaller lies in the larger.

    Attributes:
        seed: of the order.
        skip: how many are left out first.
        count: how many are drawn; None: all that are left.
    """

    seed: Seed = 1
    skip: int = pydantic.Field(default=0, ge=0)
    count: int | None = pydantic.Field(default=None, ge=1)


def draw(items: Sequence[Item], sample: Sample, source: str) -> list[Item]:
    """What a sample holds, in the order of `items`.

    Args:
        items: what is drawn from, without repetition.
        sample: which of them.
        source: names the corpus in errors.

    Raises:
        CorpusError: there are not so many.
    """
    needed = sample.skip + (sample.count or 1)
    if len(items) < needed:
        raise CorpusError(
            f"{source}: expected at least {needed} sentences for the sample ({sample}), got "
            f"{len(items)}; lower skip or count"
        )
    order = np.random.default_rng(sample.seed).permutation(len(items))
    end = None if sample.count is None else needed
    return [items[number] for number in sorted(order[sample.skip : end])]
