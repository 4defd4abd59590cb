"""The classifiers of a folder: one of all languages, and those of single languages.

`model.json` holds what is small, `weights.npz` the weights that are not 0. No pickle.
"""

import functools
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from tfmling import files
from tfmling.filters.quality.ngram_model import Features, NgramModel
from tfmling.filters.quality.shape import MEASURES

ANY = "*"  # the model of all languages
_JSON, _WEIGHTS = "model.json", "weights.npz"


class ModelError(ValueError):
    """A folder that is no quality model of this version."""


def save_models(folder: str, models: Mapping[str, NgramModel]) -> None:
    """Writes the models of languages into a folder; `ANY` must be among them."""
    features = models[ANY].features
    arrays: dict[str, np.ndarray] = {}
    for language, model in models.items():
        buckets = np.flatnonzero(model.weights)
        arrays[f"{language}.buckets"] = buckets.astype(np.int32)
        arrays[f"{language}.weights"] = model.weights[buckets]
        arrays[f"{language}.shape"] = model.shape
    with files.open_binary(files.join(folder, _WEIGHTS), "wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    values = {
        "kind": "ngrams",
        "max_order": features.max_order,
        "bits": features.bits,
        "measures": list(MEASURES),
        "bias": {language: model.bias for language, model in models.items()},
    }
    files.write_text(files.join(folder, _JSON), json.dumps(values, indent=2) + "\n")


@functools.lru_cache(maxsize=8)
def load_models(folder: str) -> dict[str, NgramModel]:
    """The models that `train_quality` wrote, by language; read once a process.

    Raises:
        ModelError: the folder holds no model, or one of other measures.
    """
    values = _read_json(folder)
    if values.get("kind") != "ngrams" or values.get("measures") != list(MEASURES):
        raise ModelError(
            f"{folder}: expected a quality model of kind ngrams with the measures {MEASURES}, got "
            f"{values.get('kind')} with {values.get('measures')}; train it again (train_quality)"
        )
    features = Features(values["max_order"], values["bits"])
    with (
        files.open_binary(files.join(folder, _WEIGHTS)) as file,
        np.load(file, allow_pickle=False) as arrays,
    ):
        return {
            language: NgramModel(
                features,
                _dense(arrays, language, features.bits),
                arrays[f"{language}.shape"],
                bias,
            )
            for language, bias in values["bias"].items()
        }


def _read_json(folder: str) -> dict[str, Any]:
    path = files.join(folder, _JSON)
    if not files.exists(path):
        raise ModelError(f"{folder}: no {_JSON}; expected the folder that train_quality wrote")
    return json.loads(files.read_text(path))


def _dense(arrays: Mapping[str, np.ndarray], language: str, bits: int) -> np.ndarray:
    weight_V: np.ndarray = np.zeros(1 << bits, np.float32)
    weight_V[arrays[f"{language}.buckets"]] = arrays[f"{language}.weights"]
    return weight_V
