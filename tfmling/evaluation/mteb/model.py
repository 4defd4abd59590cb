"""An embedder of ours as a model of MTEB's.

Shapes: N sentences, D width.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from mteb.models import ModelMeta
from mteb.models.abs_encoder import AbsEncoder
from mteb.models.model_meta import ScoringFunction

from tfmling.evaluation.embedder import Embedder


class MtebModel(AbsEncoder):
    """What `mteb.evaluate` takes; prompts are not used.

    Args:
        embed: strings to L2-normalised vectors.
        name: organisation/name, under which MTEB keeps results.
    """

    def __init__(self, embed: Embedder, name: str):
        self.model = embed
        self.mteb_model_meta = ModelMeta.create_empty(
            {"name": name, "revision": "local", "similarity_fn_name": ScoringFunction.COSINE}
        )

    def encode(self, inputs: Iterable[dict[str, Any]], **_options: Any) -> np.ndarray:
        """Vectors float32 [N, D] of batches of texts, as MTEB's data loaders give them."""
        return self.model([text for batch in inputs for text in batch["text"]])
