"""Save and load the classifiers of a folder: one for all languages, others for single languages.

`model.json` contains settings, `weights.npz` the arrays. No pickle.
"""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tfmling.core import files, manifest
from tfmling.core.errors import InputError, reading
from tfmling.core.json_values import read_json_object
from tfmling.quality.encoder_model import EncoderModel
from tfmling.quality.ngram_model import NgramModel

ANY = "*"  # the model of all languages
_JSON, _WEIGHTS = "model.json", "weights.npz"

QualityModel = NgramModel | EncoderModel
_KINDS: dict[str, type[QualityModel]] = {"ngrams": NgramModel, "encoder": EncoderModel}


class QualityModelError(InputError, ValueError):
    """A folder does not contain a quality model of this version.

    Example:
        >>> raise QualityModelError("out: expected a model, found none")
        Traceback (most recent call last):
            ...
        tfmling.quality.models.QualityModelError: out: expected a model, found none
    """


def save_models(folder: str, models: Mapping[str, QualityModel]) -> None:
    """Write models by language, all of one kind, into a folder; `ANY` must be among them.

    Example:
        >>> from tfmling.quality.features import FeatureExtractor
        >>> extractor = FeatureExtractor(max_order=1, bits=1)
        >>> model = NgramModel(extractor, np.zeros(2), np.zeros(10), bias=0.0)
        >>> save_models(folder, {ANY: model, "sw": model})
        >>> files.exists("model.json"), files.exists("weights.npz")
        (True, True)
    """
    (kind,) = (name for name, its in _KINDS.items() if isinstance(models[ANY], its))
    values = {
        "kind": kind,
        "models": {language: model.values() for language, model in models.items()},
    }
    arrays = {
        f"{language}.{name}": array
        for language, model in models.items()
        for name, array in model.arrays().items()
    }
    with files.open_binary(files.join(folder, _WEIGHTS), "wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    files.write_json(files.join(folder, _JSON), values)


def load_models(folder: str) -> dict[str, QualityModel]:
    """Load the models that `train_quality` wrote, by language; cached while the files stay equal.

    Raises:
        QualityModelError: the folder contains no model of this version.

    Example:
        >>> from tfmling.quality.features import FeatureExtractor
        >>> extractor = FeatureExtractor(max_order=1, bits=1)
        >>> model = NgramModel(extractor, np.zeros(2), np.zeros(10), bias=0.5)
        >>> save_models(folder, {ANY: model})
        >>> load_models(folder)[ANY].bias
        0.5
    """
    return _load_models(folder, manifest.state_of(folder))


@functools.lru_cache(maxsize=8)
def _load_models(folder: str, state: tuple[Any, ...]) -> dict[str, QualityModel]:
    del state  # only part of the cache key
    manifest.verify_once(folder)
    path = files.join(folder, _JSON)
    values = read_json_object(path) if files.exists(path) else {}
    if values.get("kind") not in _KINDS:
        raise QualityModelError(
            f"{folder}: expected the folder that train_quality wrote, with a {_JSON} of kind "
            f"{' or '.join(_KINDS)}; got {values.get('kind', 'none')}"
        )
    kind = _KINDS[values["kind"]]
    with (
        files.open_binary(files.join(folder, _WEIGHTS)) as file,
        reading(folder, "a model that train_quality wrote"),
        np.load(file, allow_pickle=False) as arrays,
    ):
        return {
            language: kind.restore(own, _arrays_of(language, arrays))
            for language, own in values["models"].items()
        }


def _arrays_of(language: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    start = f"{language}."
    return {name.removeprefix(start): arrays[name] for name in arrays if name.startswith(start)}


def probabilities(
    models: Mapping[str, QualityModel], texts: Sequence[str], languages: Sequence[str]
) -> np.ndarray:
    """Each sentence's probability by the model of its language, or else by that of all languages.

    Args:
        models: by language, with `ANY` among them.
        texts: N sentences.
        languages: their BCP-47 codes.

    Returns:
        float64 [N]; each model is called once.

    Example:
        >>> from tfmling.quality.features import FeatureExtractor
        >>> extractor = FeatureExtractor(max_order=1, bits=1)
        >>> models = {ANY: NgramModel(extractor, np.zeros(2), np.zeros(10), bias=0.0)}
        >>> probabilities(models, ["Habari ya leo."], ["sw"]).tolist()
        [0.5]
    """
    own = [language if language in models else ANY for language in languages]
    found_N = np.zeros(len(own))
    for name in dict.fromkeys(own):
        numbers = [n for n, its in enumerate(own) if its == name]
        found_N[numbers] = models[name].probabilities([texts[n] for n in numbers])
    return found_N
