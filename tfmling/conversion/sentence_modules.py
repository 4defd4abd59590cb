"""modules.json and the other settings of a sentence-transformers folder, checked.

Supported modules are Transformer, Pooling, Dense, LayerNorm and Normalize, in any order that gives
one vector per text. Others are rejected by name.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tfmling.conversion.layout_files import (
    UnsupportedLayoutError,
    blame_values,
    check_values,
    note,
    read_json,
    read_object,
    reject,
)

MODULES, CONFIG = "modules.json", "config_sentence_transformers.json"
TEXT_CONFIG = "sentence_bert_config.json"
# older releases use the name of the network
_TEXT_CONFIGS = (TEXT_CONFIG, "sentence_roberta_config.json", "sentence_xlm-roberta_config.json")
_LAYERS = ("Dense", "LayerNorm", "Normalize")
_SUPPORTED = ("Transformer", "Pooling", *_LAYERS)

# torch's name of an activation -> ours
ACTIVATIONS = {
    "torch.nn.modules.activation.Tanh": "tanh",
    "torch.nn.modules.linear.Identity": "identity",
    "torch.nn.modules.activation.ReLU": "relu",
    "torch.nn.modules.activation.GELU": "gelu",
    "torch.nn.modules.activation.Sigmoid": "sigmoid",
}
POOLING_MODES = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
# settings of Transformer and their supported values: those of text encoders
_TEXT_ONLY = {
    "transformer_task": ("feature-extraction",),
    "module_output_name": ("token_embeddings",),
    "query_length": (),
    "document_length": (),
    "query_expansion": (),
}
# arguments for loading the network, tokenizer and configuration, by old and new names
_ARGUMENTS = ("model_args", "model_kwargs", "tokenizer_args", "processor_kwargs", "config_args",
              "config_kwargs", "processing_kwargs")  # fmt: skip
# arguments that do not change any vector
_HARMLESS_ARGUMENTS = frozenset({
    "trust_remote_code", "torch_dtype", "dtype", "attn_implementation", "device_map",
    "low_cpu_mem_usage", "add_pooling_layer", "use_fast", "revision", "cache_dir",
    "use_safetensors",
})  # fmt: skip


@dataclasses.dataclass(frozen=True)
class SentenceModules:
    """How a folder computes the vector of a text.

    Attributes:
        transformer: folder of the network and its tokenizer.
        pooling: kind for `pooling.pool`.
        layers: configurations for `build_sentence_layers`, each with its folder.
        max_text_length: tokens of a text, special ones included; None if not set.
        lowercase: whether text is lower-cased before the tokenizer.
        config: settings to keep for writing: `prompts`, `similarity_fn_name` and `normalize`.

    Example:
        >>> from tfmling.conversion.sentence_transformers import write
        >>> write(encoder, "out")
        >>> modules = read_sentence_modules(Path("out"))
        >>> modules.pooling, modules.lowercase
        ('mean', False)
    """

    transformer: Path
    pooling: str
    layers: Sequence[tuple[Mapping[str, Any], Path]]
    max_text_length: int | None
    lowercase: bool
    config: Mapping[str, Any]


def find_transformer_folder(folder: Path) -> Path:
    """The folder of the network: the folder itself, or the one that modules.json names.

    Raises:
        UnsupportedLayoutError: if modules.json does not begin with a Transformer.

    Example:
        >>> find_transformer_folder(Path("encoder"))  # no modules.json
        PosixPath('encoder')
    """
    listed = read_json(folder / MODULES)
    if listed is None:
        return folder
    kinds = _kinds(folder / MODULES, listed)
    if not kinds or kinds[0][0] != "Transformer":
        reject(folder / MODULES, "a Transformer first", kinds[0][0] if kinds else "nothing")
    return folder / kinds[0][1]


def read_sentence_modules(folder: Path) -> SentenceModules | None:
    """Read the modules of a folder; None if it is not of sentence-transformers.

    Raises:
        UnsupportedLayoutError: if a module or setting is not supported, or modules.json is missing
            beside folders of modules.

    Example:
        >>> from tfmling.conversion.sentence_transformers import write
        >>> write(encoder, folder)
        >>> read_sentence_modules(Path(folder)).pooling
        'mean'
    """
    path = folder / MODULES
    listed = read_json(path)
    if listed is None:
        _reject_lost_modules(folder)
        return None
    transformer = find_transformer_folder(folder)
    _, *kinds = _kinds(path, listed)
    if [kind for kind, _ in kinds[:1]] != ["Pooling"]:
        found = kinds[0][0] if kinds else "none"
        raise UnsupportedLayoutError(
            f"{path}: expected a Pooling after the Transformer, got {found}; token vectors of "
            "other modules are not supported"
        )
    with blame_values(folder / CONFIG):
        config = _kept_config(folder)
    pooling_path = folder / kinds[0][1] / "config.json"
    with blame_values(pooling_path):
        pooling = _pooling(pooling_path, bool(config.get("prompts")))
    layers = [(_layer(path, kind, folder / own), folder / own) for kind, own in kinds[1:]]
    config["normalize"] = bool(layers) and layers[-1][0]["kind"] == "normalize"
    if config["normalize"]:
        layers.pop()
    with blame_values(transformer / TEXT_CONFIG):
        max_text_length, lowercase = _text_settings(transformer)
    return SentenceModules(transformer, pooling, layers, max_text_length, lowercase, config)


def _reject_lost_modules(folder: Path) -> None:
    lost = sorted(path for path in folder.glob("[0-9]_*/config.json"))
    if lost:
        raise UnsupportedLayoutError(
            f"{folder / MODULES}: no such file, though {lost[0].parent.name} is beside it; "
            "expected the list of modules that make the sentence vector; restore the file"
        )


def _kinds(path: Path, listed: Any) -> list[tuple[str, str]]:
    """The class and folder of each module, without modules that have no effect."""
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise UnsupportedLayoutError(f"{path}: expected a list of modules, got {listed!r:.80}")
    kinds = []
    with blame_values(path):
        ordered = sorted(listed, key=lambda one: one.get("idx", 0))
    for module in ordered:
        kind, name = _kind(path, module), str(module.get("path", ""))
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise UnsupportedLayoutError(f"{path}: path: expected a folder in it, got {name!r}")
        if kind == "Dropout":
            note(f"{path}: Dropout is ignored: it changes no vector outside training")
        else:
            kinds.append((kind, name))
    return kinds


def _kind(path: Path, module: Mapping[str, Any]) -> str:
    named = str(module.get("type"))
    root, kind = named.partition(".")[0], named.rpartition(".")[2]
    if root != "sentence_transformers" or kind not in (*_SUPPORTED, "Dropout"):
        raise UnsupportedLayoutError(
            f"{path}: type: expected {', '.join(_SUPPORTED)} of sentence_transformers, got "
            f"{named!r}; other modules are not supported"
        )
    return kind


def _pooling(path: Path, has_prompts: bool) -> str:
    config = _required(path)
    if config.get("include_prompt", True) is False and has_prompts:
        raise UnsupportedLayoutError(
            f"{path}: include_prompt: expected true, got false; pooling without the prompt is not "
            "supported"
        )
    modes = _modes(config)
    if len(modes) != 1 or modes[0] not in POOLING_MODES.values():
        reject(path, f"one pooling mode of {', '.join(POOLING_MODES.values())}", modes)
    return modes[0]


def _modes(config: Mapping[str, Any]) -> list[str]:
    """From `pooling_mode` (since version 5.7) or one key per mode; mean by default."""
    named = config.get("pooling_mode")
    if named is not None:
        return [named] if isinstance(named, str) else list(named)
    on = [key for key, value in config.items() if value is True and key.startswith("pooling_mode_")]
    return [POOLING_MODES.get(key, key) for key in on] or ["mean"]


def _layer(path: Path, kind: str, folder: Path) -> dict[str, Any]:
    if kind == "Normalize":
        _check_names(folder / "config.json", read_object(folder / "config.json"))
        return {"kind": "normalize"}
    if kind == "LayerNorm":
        return {"kind": "layer_norm"}
    if kind != "Dense":
        reject(path, f"{', '.join(_LAYERS)} after the first Pooling", kind)
    with blame_values(folder / "config.json"):
        return _dense(folder / "config.json")


def _dense(path: Path) -> dict[str, Any]:
    config = _required(path)
    _check_names(path, config)
    given = config.get("activation_function", "torch.nn.modules.activation.Tanh")
    named = given or "torch.nn.modules.linear.Identity"
    if named not in ACTIVATIONS:
        reject(f"{path}: activation_function", ", ".join(ACTIVATIONS), repr(named))
    units, residual = config.get("out_features"), bool(config.get("use_residual"))
    if not isinstance(units, int) or units < 1:
        reject(f"{path}: out_features", "a whole number above 0", repr(units))
    if residual and config.get("in_features") != units:
        raise UnsupportedLayoutError(
            f"{path}: use_residual: expected equal in_features and out_features, got "
            f"{config.get('in_features')} and {units}"
        )
    return {
        "kind": "dense",
        "units": units,
        "activation": ACTIVATIONS[named],
        "use_bias": bool(config.get("bias", True)),
        "use_residual": residual,
    }


def _check_names(path: Path, config: Mapping[str, Any]) -> None:
    for key in ("module_input_name", "module_output_name"):
        if config.get(key) not in (None, "sentence_embedding"):
            reject(f"{path}: {key}", "'sentence_embedding'", repr(config[key]))


def _text_settings(folder: Path) -> tuple[int | None, bool]:
    """The Transformer's `max_seq_length` and `do_lower_case`."""
    path = next((folder / n for n in _TEXT_CONFIGS if (folder / n).exists()), folder / TEXT_CONFIG)
    config = read_object(path)
    check_values(path, config, _TEXT_ONLY)
    _check_arguments(path, config)
    length = config.get("max_seq_length")
    if length is not None and (not isinstance(length, int) or length < 3):
        reject(f"{path}: max_seq_length", "a whole number of at least 3", repr(length))
    return length, bool(config.get("do_lower_case", False))


def _check_arguments(path: Path, config: Mapping[str, Any]) -> None:
    for key in _ARGUMENTS:
        given = config.get(key) or {}
        if others := {name: given[name] for name in given if name not in _HARMLESS_ARGUMENTS}:
            raise UnsupportedLayoutError(
                f"{path}: {key}: expected none, got {others!r:.80}; put them into config.json or "
                "tokenizer_config.json, whose settings they replace"
            )


def _kept_config(folder: Path) -> dict[str, Any]:
    path = folder / CONFIG
    config = read_object(path)
    if config.get("model_type", "SentenceTransformer") != "SentenceTransformer":
        reject(f"{path}: model_type", "'SentenceTransformer'", repr(config["model_type"]))
    if config.get("truncate_dim") is not None:
        raise UnsupportedLayoutError(
            f"{path}: truncate_dim: expected none, got {config['truncate_dim']!r}; "
            "truncated vectors are not supported"
        )
    prompts, default = config.get("prompts") or {}, config.get("default_prompt_name")
    if default is not None and prompts.get(default):
        raise UnsupportedLayoutError(
            f"{path}: default_prompt_name: expected none, got {default!r}; a default "
            "prompt is not supported"
        )
    kept = {"prompts": {name: prompt for name, prompt in prompts.items() if prompt}}
    if function := config.get("similarity_fn_name"):
        kept["similarity_fn_name"] = function
    return {key: value for key, value in kept.items() if value}


def _required(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise UnsupportedLayoutError(
            f"{path}: no such file, though modules.json names its folder; copy the whole folder"
        )
    return read_object(path)
