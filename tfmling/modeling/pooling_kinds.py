"""The names of poolings, known without TensorFlow; `pooling.pool` computes them."""

from typing import Literal, get_args

Pooling = Literal[
    "mean", "cls", "pooler", "max", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"
]
KINDS: tuple[str, ...] = get_args(Pooling)
OF_FIRST_TOKEN = ("cls", "pooler")  # need the last layer's states of [CLS] alone
