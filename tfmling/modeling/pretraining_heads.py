"""The pretraining heads of an encoder, one of each kind for all objectives that train it."""

from typing import TypeVar

import keras
import numpy as np

from tfmling.modeling.encoder import Encoder
from tfmling.modeling.heads import MaskedLMHead, NextSentenceHead, read_weights
from tfmling.modeling.layout_error import note

_Head = TypeVar("_Head", MaskedLMHead, NextSentenceHead)


class PretrainingHeads:
    """Makes a head when an objective first asks for it, and gives the same one to all others.

    MLM, TLM and next sentence are one training (2007.01852, section 2): with a head for each task,
    only one of them could be kept, and it would know that task alone.

    Args:
        encoder: whose kept head weights they begin with.
    """

    def __init__(self, encoder: Encoder):
        self._encoder = encoder
        self._made: dict[type, keras.layers.Layer] = {}

    @property
    def masked_lm(self) -> MaskedLMHead:
        """For hidden pieces."""
        return self._get(MaskedLMHead)

    @property
    def next_sentence(self) -> NextSentenceHead:
        """For the next sentence; an encoder without a pooler gets one, which is trained with it."""
        if not self._encoder.has_pooler:
            note("the weights hold no pooler: it begins with random weights, for the next sentence")
            self._encoder.has_pooler = True
        return self._get(NextSentenceHead)

    def weights(self) -> dict[str, np.ndarray]:
        """Of the heads that were made, by name."""
        found: dict[str, np.ndarray] = {}
        for head in self._made.values():
            found |= read_weights(head)
        return found

    def _get(self, kind: type[_Head]) -> _Head:
        if kind not in self._made:
            self._made[kind] = kind(self._encoder)
        return self._made[kind]
