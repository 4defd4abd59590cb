"""fastText classifiers: GlotLID, OpenLID, lid.176 or a custom model.

Joulin et al. (2017), "Bag of tricks for efficient text classification". The package contains no
model; the user downloads one.
"""

import functools
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import pydantic

from tfmling.core import config, extras, files
from tfmling.core.languages import Language
from tfmling.text.language_id.identifier import (
    UNDETERMINED,
    Comparison,
    LanguageIdentifier,
    compare,
    language_of,
)

_LABEL = "__label__"
_ALL = -1  # as many labels as there are


class FastText(LanguageIdentifier):
    """A model whose labels name languages: `__label__swh_Latn`, `__label__sw`."""

    kind: Literal["fasttext"]
    package: ClassVar[str] = "fasttext"
    path: config.InputPath
    """The model, a local .bin or .ftz file."""
    only: list[Language] | None = None
    """Languages to consider; null: all. GlotLID has 2,000, some of which resemble short texts of
    any corpus.
    """

    @pydantic.field_validator("path")
    @classmethod
    def _local(cls, path: str) -> str:
        if files.is_remote(path):
            raise ValueError(f"expected a local file (fastText maps it into memory), got {path}")
        return path

    @property
    def languages(self) -> frozenset[str]:
        """The languages of its labels."""
        named = frozenset(_languages(self.path).values())
        return named if self.only is None else named & frozenset(self.only)

    def identify(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """Return the likeliest language and its probability."""
        return [_likeliest(self._probabilities(text)) for text in texts]

    def compare(self, texts: Sequence[str], expected: str) -> list[Comparison]:
        """Compare the probabilities of all languages."""
        names = self.names(expected)
        return [compare(self._probabilities(text), names) for text in texts]

    def _probabilities(self, text: str) -> dict[str, float]:
        """Return language -> probability, the sum of its labels (arb_Arab, ars_Arab)."""
        languages, known = _languages(self.path), self.languages
        probabilities: dict[str, float] = {}
        for label, probability in _predict(self.path, text):
            language = languages.get(label)
            if language in known:
                probabilities[language] = probabilities.get(language, 0.0) + probability
        return probabilities


def _likeliest(probabilities: dict[str, float]) -> tuple[str, float]:
    best = max(probabilities.items(), key=lambda item: item[1], default=(UNDETERMINED, 0.0))
    return best[0], min(best[1], 1.0)  # fastText rounds up


def _predict(path: str, text: str) -> list[tuple[str, float]]:
    labels, probabilities = _model(path).predict(" ".join(text.split()), _ALL)
    return list(zip(labels, map(float, probabilities), strict=True))


@functools.cache
def _model(path: str) -> Any:
    fasttext = extras.load("fasttext", "clean")
    try:
        return fasttext.load_model(path)
    except ValueError as error:
        raise ValueError(f"{path}: not a fastText model: {error}") from None


@functools.cache
def _languages(path: str) -> dict[str, str]:
    """Return label -> BCP-47 code, from the prediction of any text, which has all labels."""
    labels = [label for label, _ in _predict(path, "a")]
    named = {label: language_of(label.removeprefix(_LABEL)) for label in labels}
    return {label: language for label, language in named.items() if language is not None}
