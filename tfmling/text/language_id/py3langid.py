"""py3langid: naive Bayes over byte n-grams, about 10,000 sentences per second, 139 languages.

Lui and Baldwin (2012), "langid.py: an off-the-shelf language identification tool".
"""

import functools
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np

from tfmling.core import extras
from tfmling.text.language_id.identifier import (
    Comparison,
    LanguageIdentifier,
    compare,
    label_languages,
)


class Py3Langid(LanguageIdentifier):
    """py3langid, whose probabilities are tempered by the root of the length in bytes.

    Example:
        >>> texts = ["The children go to school every day.", "Watoto wanakwenda shuleni kila siku."]
        >>> [language for language, probability in Py3Langid(kind="py3langid").identify(texts)]
        ['en', 'sw']
    """

    kind: Literal["py3langid"]
    package: ClassVar[str] = "py3langid"

    @property
    def languages(self) -> frozenset[str]:
        """The languages of its model."""
        return frozenset(_languages().values())

    def identify(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """Return the likeliest language and its probability."""
        return [max(_probabilities(text).items(), key=lambda item: item[1]) for text in texts]

    def compare(self, texts: Sequence[str], expected: str) -> list[Comparison]:
        """Compare the probabilities of all languages."""
        names = self.names(expected)
        return [compare(_probabilities(text), names) for text in texts]

    def neighbors(self, language: str, number: int) -> list[str]:
        """Return the languages that the model confuses most with a language, the nearest first.

        Distances are cosines of the model's centered weights of n-grams. For sw: rw, sn, lg, zu,
        xh.
        """
        languages, cosines_CC = _cosines()
        nearest = np.argsort(-cosines_CC[languages.index(language)], kind="stable")
        return [languages[each] for each in nearest if languages[each] != language][:number]


def _probabilities(text: str) -> dict[str, float]:
    probabilities: dict[str, float] = {}
    for label, probability in _model().rank(text):
        language = _languages().get(label)
        if language is not None:
            probabilities[language] = probabilities.get(language, 0.0) + probability
    return probabilities


@functools.cache
def _model() -> Any:
    langid = extras.load("py3langid.langid", "clean")
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)


@functools.cache
def _languages() -> dict[str, str]:
    """Return label -> BCP-47 code, without zxx, which is no language."""
    return label_languages(label for label in _model().labels if label != "zxx")


@functools.cache
def _cosines() -> tuple[list[str], np.ndarray]:
    """Return the languages C and the cosines of their weights, float32 [C, C]."""
    labels = [label for label in _model().nb_classes if label in _languages()]
    columns = [_model().nb_classes.index(label) for label in labels]
    weights_NC = np.asarray(_model().nb_ptc, np.float32)[:, columns]
    weights_NC = weights_NC - weights_NC.mean(axis=1, keepdims=True)
    weights_NC = weights_NC / np.linalg.norm(weights_NC, axis=0)
    return [_languages()[label] for label in labels], weights_NC.T @ weights_NC
