"""BERT's forward pass in numpy, from the papers (Devlin et al. 2019; Vaswani et al. 2017)."""

import dataclasses
import math

import numpy as np


@dataclasses.dataclass(frozen=True)
class BertSizes:
    vocabulary: int
    width: int
    layers: int
    heads: int
    intermediate: int
    positions: int


def random_bert_weights(sizes: BertSizes, seed: int) -> dict[str, np.ndarray]:
    """Weights under Hugging Face's names; large enough that a wrong activation shows."""
    draw = np.random.default_rng(seed)

    def array(*shape: int) -> np.ndarray:
        return draw.normal(0, 0.5, shape).astype(np.float32)

    d, weights = sizes.width, {}
    weights["bert.embeddings.word_embeddings.weight"] = array(sizes.vocabulary, d)
    weights["bert.embeddings.position_embeddings.weight"] = array(sizes.positions, d)
    weights["bert.embeddings.token_type_embeddings.weight"] = array(2, d)

    def norm(name: str) -> None:
        weights[f"{name}.weight"], weights[f"{name}.bias"] = 1 + array(d), array(d)

    def dense(name: str, rows: int, columns: int) -> None:
        weights[f"{name}.weight"], weights[f"{name}.bias"] = array(rows, columns), array(rows)

    norm("bert.embeddings.LayerNorm")
    for layer in range(sizes.layers):
        prefix = f"bert.encoder.layer.{layer}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            dense(f"{prefix}.attention.{part}", d, d)
        norm(f"{prefix}.attention.output.LayerNorm")
        dense(f"{prefix}.intermediate.dense", sizes.intermediate, d)
        dense(f"{prefix}.output.dense", d, sizes.intermediate)
        norm(f"{prefix}.output.LayerNorm")
    dense("bert.pooler.dense", d, d)
    dense("cls.predictions.transform.dense", d, d)
    norm("cls.predictions.transform.LayerNorm")
    weights["cls.predictions.bias"] = array(sizes.vocabulary)
    dense("cls.seq_relationship", 2, d)
    return weights


def _norm(x: np.ndarray, weights: dict, name: str) -> np.ndarray:
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
    return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def _dense(x: np.ndarray, weights: dict, name: str) -> np.ndarray:
    return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def gelu(x: np.ndarray) -> np.ndarray:
    """x times the normal distribution function (Hendrycks and Gimpel 2016)."""
    return x * 0.5 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))


def _softmax(x: np.ndarray) -> np.ndarray:
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def _attention(x: np.ndarray, mask: np.ndarray, weights: dict, prefix: str, heads: int):
    def split(name: str) -> np.ndarray:
        batch, length, width = x.shape
        parts = _dense(x, weights, f"{prefix}.self.{name}")
        return parts.reshape(batch, length, heads, width // heads).transpose(0, 2, 1, 3)

    query, key, value = split("query"), split("key"), split("value")
    scores = query @ key.transpose(0, 1, 3, 2) / math.sqrt(query.shape[-1])
    scores = np.where(mask[:, None, None, :] > 0, scores, -1e9)
    mixed = (_softmax(scores) @ value).transpose(0, 2, 1, 3).reshape(x.shape)
    return _norm(
        x + _dense(mixed, weights, f"{prefix}.output.dense"),
        weights,
        f"{prefix}.output.LayerNorm",
    )


def bert_states(
    weights: dict[str, np.ndarray], sizes: BertSizes, inputs: dict[str, np.ndarray]
) -> tuple[list[np.ndarray], np.ndarray]:
    """The states of each layer [B, L, D], and the pooler's output [B, D]; float64."""
    weights = {k.removeprefix("bert."): v.astype(np.float64) for k, v in weights.items()}
    length = inputs["input_word_ids"].shape[1]
    x = (
        weights["embeddings.word_embeddings.weight"][inputs["input_word_ids"]]
        + weights["embeddings.position_embeddings.weight"][:length]
        + weights["embeddings.token_type_embeddings.weight"][inputs["input_type_ids"]]
    )
    x = _norm(x, weights, "embeddings.LayerNorm")
    states = []
    for layer in range(sizes.layers):
        prefix = f"encoder.layer.{layer}"
        x = _attention(x, inputs["input_mask"], weights, f"{prefix}.attention", sizes.heads)
        inner = gelu(_dense(x, weights, f"{prefix}.intermediate.dense"))
        outer = _dense(inner, weights, f"{prefix}.output.dense")
        x = _norm(x + outer, weights, f"{prefix}.output.LayerNorm")
        states.append(x)
    return states, np.tanh(_dense(x[:, 0], weights, "pooler.dense"))


def masked_lm_logits(weights: dict[str, np.ndarray], states: np.ndarray) -> np.ndarray:
    """Logits [.., V] of the masked-LM head over the last layer's states [.., D]."""
    name = "cls.predictions.transform"
    hidden = _norm(gelu(_dense(states, weights, f"{name}.dense")), weights, f"{name}.LayerNorm")
    table = weights["bert.embeddings.word_embeddings.weight"]
    return hidden @ table.T + weights["cls.predictions.bias"]
