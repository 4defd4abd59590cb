"""Save and load selection models: model.json, words, weights.npz; no pickle."""

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfmling.core import files, manifest
from tfmling.core.errors import InputError, reading
from tfmling.core.json_values import read_json_object
from tfmling.mining.selection.contrastive_model import ContrastiveModel
from tfmling.text.words import split_words

_JSON, _WEIGHTS = "model.json", "weights.npz"
_ARRAYS = ("keys", "trusted", "raw", "unigram")


class SelectionModelError(InputError, ValueError):
    """A folder does not contain a selection model of this version.

    Example:
        >>> raise SelectionModelError("out: expected a model, found none")
        Traceback (most recent call last):
            ...
        tfmling.mining.selection.model_folder.SelectionModelError: out: expected a model, found none
    """


@dataclasses.dataclass(frozen=True)
class SelectionModel:
    """Scores pairs of two languages.

    Attributes:
        source_language: of the training pairs.
        target_language: of the training pairs.
        forward: target given source.
        backward: source given target; None if only one direction was trained.

    Example:
        >>> from tfmling.mining.selection import fit
        >>> trusted, raw = ([["water"]], [["maji"]]), ([["water"]] * 2, [["maji"], ["moto"]])
        >>> forward = fit.fit_contrastive_model(trusted, raw, fit.TranslationModel())
        >>> model = SelectionModel("en", "sw", forward, backward=None)
        >>> (model.scores(["Water", "Water"], ["Maji", "Moto"]) > 0).tolist()
        [True, False]
    """

    source_language: str
    target_language: str
    forward: ContrastiveModel
    backward: ContrastiveModel | None

    def scores(self, sources: Sequence[str], targets: Sequence[str]) -> np.ndarray:
        """Score pairs in nats per word, summed over trained directions, float64 [P].

        Positive scores mean that a pair resembles trusted pairs more than raw ones.
        """
        source_words, target_words = ([words_of(t) for t in side] for side in (sources, targets))
        scores = self.forward.scores(source_words, target_words)
        if self.backward is not None:
            scores = scores + self.backward.scores(target_words, source_words)
        return scores


def words_of(text: str) -> list[str]:
    """Split a sentence into lower-case words without accents, so that fewer are unknown.

    Example:
        >>> words_of("Habari, rafiki!")
        ['habari', ',', 'rafiki', '!']
    """
    return split_words(text, lowercase=True)


def save_model(folder: str, model: SelectionModel) -> None:
    """Write a model into a folder.

    Example:
        >>> from tfmling.mining.selection import fit
        >>> pairs = ([["water"]], [["maji"]])
        >>> forward = fit.fit_contrastive_model(pairs, pairs, fit.TranslationModel())
        >>> save_model(folder, SelectionModel("en", "sw", forward, backward=None))
        >>> files.read_text("target_words.txt")
        'maji\\n'
    """
    directions = {"forward": model.forward, "backward": model.backward}
    trained = {name: each for name, each in directions.items() if each is not None}
    arrays = {
        f"{name}.{array}": getattr(each, array)
        for name, each in trained.items()
        for array in _ARRAYS
    }
    with files.open_binary(files.join(folder, _WEIGHTS), "wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    values = {
        "kind": "selection",
        "source_language": model.source_language,
        "target_language": model.target_language,
        "directions": {
            name: {"unigram_share": each.unigram_share} for name, each in trained.items()
        },
    }
    for side in ("source", "target"):
        words = getattr(model.forward, f"{side}_words")
        files.write_text(files.join(folder, f"{side}_words.txt"), "\n".join(words) + "\n")
    files.write_json(files.join(folder, _JSON), values)


def load_model(folder: str) -> SelectionModel:
    """Load the model that `train_selection` wrote; cached while its files stay equal.

    Raises:
        SelectionModelError: the folder contains no selection model.

    Example:
        >>> from tfmling.mining.selection import fit
        >>> pairs = ([["water"]], [["maji"]])
        >>> forward = fit.fit_contrastive_model(pairs, pairs, fit.TranslationModel())
        >>> save_model(folder, SelectionModel("en", "sw", forward, backward=None))
        >>> load_model(folder).forward.target_words
        ('maji',)
    """
    return _load_model(folder, manifest.state_of(folder))


@functools.lru_cache(maxsize=8)
def _load_model(folder: str, state: tuple[Any, ...]) -> SelectionModel:
    del state  # only part of the cache key
    manifest.verify_once(folder)
    path = files.join(folder, _JSON)
    values = read_json_object(path) if files.exists(path) else {}
    if values.get("kind") != "selection":
        raise SelectionModelError(
            f"{folder}: expected the folder that train_selection wrote, found none"
        )
    source_words, target_words = (
        tuple(files.read_text(files.join(folder, f"{side}_words.txt")).split("\n")[:-1])
        for side in ("source", "target")
    )
    sides = {"forward": (source_words, target_words), "backward": (target_words, source_words)}
    with (
        files.open_binary(files.join(folder, _WEIGHTS)) as file,
        reading(folder, "a model that train_selection wrote"),
        np.load(file, allow_pickle=False) as arrays,
    ):
        trained = {
            name: ContrastiveModel(
                *sides[name], *(arrays[f"{name}.{array}"] for array in _ARRAYS), **settings
            )
            for name, settings in values["directions"].items()
        }
    return SelectionModel(
        values["source_language"],
        values["target_language"],
        trained["forward"],
        trained.get("backward"),
    )
