"""Names of the poolings that `pooling.pool` computes; importable without TensorFlow."""

from typing import Literal, get_args

Pooling = Literal[
    "mean", "cls", "pooler", "max", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"
]
KINDS: tuple[str, ...] = get_args(Pooling)
OF_FIRST_TOKEN = ("cls", "pooler")  # need only the last layer's state of [CLS]
