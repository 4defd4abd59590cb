"""config.json of a Hugging Face BERT or XLM-R, with the defaults of `transformers`."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tfmling.conversion.layout_files import (
    blame_values,
    note,
    read_object,
    reject,
)

CONFIG_FILE = "config.json"

# Hugging Face's names of GELU, exact or tanh approximation
ACTIVATIONS = {
    "gelu": "gelu",
    "gelu_python": "gelu",
    "gelu_new": "gelu_approximate",
    "gelu_fast": "gelu_approximate",
    "gelu_pytorch_tanh": "gelu_approximate",
    "gelu_python_tanh": "gelu_approximate",
    "gelu_accurate": "gelu_approximate",
}
# keys that change the network if they are set -> the feature they require
_MUST_BE_UNSET = {
    "is_decoder": "a decoder",
    "add_cross_attention": "cross-attention",
    "is_encoder_decoder": "an encoder and a decoder",
    "pruned_heads": "pruned attention heads",
    "quantization_config": "quantized weights",
    "auto_map": "code of its own",
    "embedding_size": "factorized embeddings",
}
_SIZES = {
    "vocab_size": 30522,
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "max_position_embeddings": 512,
    "type_vocab_size": 2,
}


@dataclasses.dataclass(frozen=True)
class BertConfig:
    """The configuration of a BERT or XLM-R; see `BertConfig` in `transformers`.

    Attributes:
        path: of the file.
        is_xlm_roberta: whether positions start after the id of <pad>.
        sizes: `vocab_size`, `hidden_size` and so on.
        hidden_act: `gelu` or `gelu_approximate`.
        layer_norm_eps: added to the variance in all layer norms.
        dropout: probability during training.
        is_tied: whether the masked LM's decoder is tied to the embedding table.

    Example:
        >>> _ = Path("config.json").write_text('{"model_type": "xlm-roberta"}')
        >>> config = read_bert_config(Path("."))
        >>> config.sizes["num_hidden_layers"], config.reserved_positions
        (12, 2)
    """

    path: Path
    is_xlm_roberta: bool
    sizes: Mapping[str, int]
    hidden_act: str
    layer_norm_eps: float
    dropout: float
    is_tied: bool

    @property
    def reserved_positions(self) -> int:
        """Rows at the start of the position table that no token uses."""
        return 2 if self.is_xlm_roberta else 0


def read_bert_config(folder: Path, name: str = CONFIG_FILE) -> BertConfig:
    """Read the configuration in `folder / name`.

    Raises:
        UnsupportedLayoutError: if a key requires another network than BERT, or has an impossible
            value.

    Example:
        >>> _ = Path("config.json").write_text('{"model_type": "bert", "hidden_size": 384}')
        >>> read_bert_config(Path(".")).sizes["hidden_size"]
        384
    """
    path = folder / name
    values = read_object(path)
    with blame_values(path):
        return _config(path, values)


def _config(path: Path, values: Mapping[str, Any]) -> BertConfig:
    check_bert_config(path, values)
    is_xlm_roberta = network_name(values) == "xlmroberta"
    return BertConfig(
        path=path,
        is_xlm_roberta=is_xlm_roberta,
        sizes=_sizes(path, values),
        hidden_act=ACTIVATIONS[values.get("hidden_act", "gelu")],
        layer_norm_eps=_fraction(path, values, "layer_norm_eps", 1e-12, positive=True),
        dropout=_dropout(path, values),
        is_tied=bool(values.get("tie_word_embeddings", True)),
    )


def network_name(values: Mapping[str, Any]) -> str | None:
    """The network that a configuration names, such as `bert` or `xlmroberta`; None if none.

    It is Hugging Face's `model_type` (xlm-roberta) or `architectures` (XLMRobertaForMaskedLM), or
    KerasHub's `class_name` (XLMRobertaBackbone).

    Example:
        >>> network_name({"architectures": ["XLMRobertaForMaskedLM"]})
        'xlmroberta'
    """
    if kind := values.get("model_type") or values.get("class_name"):
        return str(kind).lower().removesuffix("backbone").replace("-", "")
    for name in values.get("architectures") or ():
        return str(name).partition("For")[0].removesuffix("Model").lower()
    return None


def check_bert_config(path: Path, values: Mapping[str, Any]) -> None:
    """Check that no key requires another network than BERT.

    Raises:
        UnsupportedLayoutError: names the file, the key, what is supported and what was found.

    Example:
        >>> check_bert_config(Path("a"), {"is_decoder": True})  # doctest: +IGNORE_EXCEPTION_DETAIL
        Traceback (most recent call last):
            ...
        UnsupportedLayoutError: a: is_decoder: expected an encoder without it, got True
    """
    for key, known in (("hidden_act", ACTIVATIONS), ("position_embedding_type", ("absolute",))):
        if key in values and values[key] not in known:
            hint = "other layers are not supported"
            reject(f"{path}: {key}", " or ".join(known), repr(values[key]), hint)
    for key, needed in _MUST_BE_UNSET.items():
        if values.get(key) and not (key == "embedding_size" and _is_hidden_size(values)):
            found = f"{values[key]!r:.80}"
            reject(f"{path}: {key}", "an encoder without it", found, f"{needed} is not supported")
    pad = values.get("pad_token_id")
    if network_name(values) == "xlmroberta" and pad not in (None, 1):
        reject(f"{path}: pad_token_id", "1, after which XLM-R's positions begin", repr(pad))


def _is_hidden_size(values: Mapping[str, Any]) -> bool:
    return values["embedding_size"] == values.get("hidden_size", _SIZES["hidden_size"])


def _sizes(path: Path, values: Mapping[str, Any]) -> dict[str, int]:
    sizes = {key: values.get(key, default) for key, default in _SIZES.items()}
    for key, value in sizes.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            reject(f"{path}: {key}", "a whole number above 0", repr(value))
    if sizes["hidden_size"] % sizes["num_attention_heads"]:
        expected = f"a divisor of hidden_size {sizes['hidden_size']}"
        reject(f"{path}: num_attention_heads", expected, sizes["num_attention_heads"])
    return sizes


def _dropout(path: Path, values: Mapping[str, Any]) -> float:
    of_states, of_attention = (
        _fraction(path, values, key, 0.1)
        for key in ("hidden_dropout_prob", "attention_probs_dropout_prob")
    )
    if of_states != of_attention:
        note(
            f"{path}: attention_probs_dropout_prob {of_attention} is read as hidden_dropout_prob "
            f"{of_states}: training has one dropout"
        )
    return of_states


def _fraction(
    path: Path, values: Mapping[str, Any], key: str, default: float, *, positive: bool = False
) -> float:
    value = values.get(key, default)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not (0 <= value < 1) or (positive and value == 0):
        reject(f"{path}: {key}", "a number from 0 to 1", repr(value))
    return float(value)
