"""What must be known of an encoder beside its weights: encoder.json, or what others write."""

import json
from pathlib import Path
from typing import Any

from tfmling import files
from tfmling.modeling.encoder import BERT_EPSILON, Encoder
from tfmling.modeling.fast_tokenizer import read_lowercase
from tfmling.modeling.sentence_transformers_folder import read_pooling
from tfmling.modeling.supported_layout import ACTIVATIONS
from tfmling.modeling.xlm_roberta_folder import XLM_R_EPSILON, is_xlm_roberta

DESCRIPTION = "encoder.json"


def write_description(encoder: Encoder, folder: str) -> None:
    """Writes encoder.json."""
    description = {
        "lowercase": encoder.vocabulary.lowercase,
        "pooling": encoder.pooling,
        "hidden_act": encoder.hidden_act,
        "layer_norm_epsilon": encoder.layer_norm_epsilon,
        "vocabulary_sha256": encoder.vocabulary.sha256,
    }
    files.write_json(files.join(folder, DESCRIPTION), description)


def read_description(folder: Path) -> dict[str, Any]:
    """`lowercase`, `pooling`, `hidden_act`, `layer_norm_epsilon`; ours: `vocabulary_sha256`.

    Raises:
        FileNotFoundError: neither our description nor a config.json lies in the folder.
    """
    if (folder / DESCRIPTION).exists():
        return {"layer_norm_epsilon": BERT_EPSILON} | _read_json(folder / DESCRIPTION)
    if (folder / "tokenizer.json").exists() and (folder / "metadata.json").exists():
        return _describe_keras_hub(folder)
    return _describe_hugging_face(folder)


def _describe_keras_hub(folder: Path) -> dict[str, Any]:
    if is_xlm_roberta(folder):
        own = {"lowercase": False, "hidden_act": "gelu", "layer_norm_epsilon": XLM_R_EPSILON}
    else:
        lowercase = _read_json(folder / "tokenizer.json")["config"]["lowercase"]
        own = {"lowercase": lowercase, "hidden_act": "gelu_approximate"}
    return {"layer_norm_epsilon": BERT_EPSILON, "pooling": "cls"} | own


def _describe_hugging_face(folder: Path) -> dict[str, Any]:
    config = _read_json(folder / "config.json")
    return {
        "lowercase": not is_xlm_roberta(folder) and read_lowercase(folder),
        "pooling": read_pooling(folder),
        "hidden_act": ACTIVATIONS[config["hidden_act"]],
        "layer_norm_epsilon": config.get("layer_norm_eps", BERT_EPSILON),
    }


def _read_json(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise FileNotFoundError(
            f"{path}: no such file; expected an encoder folder of tfmling, a Hugging Face folder "
            "of BERT or XLM-R with model.safetensors, or a KerasHub preset"
        )
    return json.loads(path.read_text(encoding="utf-8"))
