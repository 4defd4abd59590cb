"""An embedder of ours as a model of MTEB's.

Shapes: N sentences, D width.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from mteb.models import ModelMeta
from mteb.models.abs_encoder import AbsEncoder
from mteb.models.model_meta import ScoringFunction

from tfmling.embedding.embedder import Embedder


class MtebModel(AbsEncoder):
    """What `mteb.evaluate` takes; prompts are not used.

    Args:
        embedder: encodes sentences.
        name: organisation/name, under which MTEB keeps results.
    """

    def __init__(self, embedder: Embedder, name: str):
        self.model = embedder
        self._texts = 0
        self._truncated: int | None = 0
        self.mteb_model_meta = ModelMeta.create_empty(
            {"name": name, "revision": "local", "similarity_fn_name": ScoringFunction.COSINE}
        )

    def encode(self, inputs: Iterable[dict[str, Any]], **_options: Any) -> np.ndarray:
        """Vectors float32 [N, D] of batches of texts, as MTEB's data loaders give them."""
        texts = [text for batch in inputs for text in batch["text"]]
        cut = self.model.is_truncated(texts)
        if cut is None:
            self._truncated = None
        elif self._truncated is not None:
            self._truncated += int(cut.sum())
        self._texts += len(texts)
        return self.model.encode(texts)

    def take_truncated_share(self) -> float | None:
        """Share of the texts since the last call that are longer than what the model reads.

        None where the model does not say it, or got no text.
        """
        texts, truncated = self._texts, self._truncated
        self._texts, self._truncated = 0, 0
        return None if truncated is None or not texts else truncated / texts
