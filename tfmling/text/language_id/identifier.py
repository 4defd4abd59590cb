"""What a language identifier is."""

import abc
import functools
from collections.abc import Iterable, Sequence
from typing import ClassVar, Self

import langcodes
import pydantic

from tfmling.core import config, extras
from tfmling.core.languages import language_scripts, normalize_language
from tfmling.text.language_id.comparison import Comparison
from tfmling.text.language_id.names import names_of, variety

UNDETERMINED = "und"


class LanguageIdentifier(config.Settings, abc.ABC):
    """Identifies the languages of texts; `kind` is the name in YAML.

    Models are loaded when they are first used, once in each process.
    """

    kind: str
    package: ClassVar[str]

    @pydantic.model_validator(mode="after")
    def _installed(self) -> Self:
        try:
            extras.require(self.package, "clean")
        except ImportError as error:
            raise ValueError(str(error)) from None
        return self

    @property
    @abc.abstractmethod
    def known(self) -> frozenset[str]:
        """The languages that it tells apart, as BCP-47 codes."""

    @abc.abstractmethod
    def scores(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """The likeliest language of each text with its probability; `und` where there is none."""

    @abc.abstractmethod
    def compare(self, texts: Sequence[str], expected: str) -> list[Comparison]:
        """How plausibly each text is in an expected language, which must be known."""

    def names(self, language: str) -> frozenset[str]:
        """All that it calls a language: zh for zh-Hans, no for nb; empty for an unknown one."""
        return names_of(language, self.known)

    def resolve(self, language: str) -> str | None:
        """One name that it has for a language; None for one that it does not know."""
        names = self.names(language)
        preferred = (name for name in (language, variety(language)) if name in names)
        return next(preferred, None) or min(names, default=None)


def normalize_labels(labels: Iterable[str]) -> dict[str, str]:
    """Labels of a model -> BCP-47 codes; labels that name no language are left out."""
    named = {label: language_of(label) for label in labels}
    return {label: language for label, language in named.items() if language is not None}


@functools.lru_cache(maxsize=4096)
def language_of(label: str) -> str | None:
    """The language that a label names: swh_Latn -> sw, zho_Hant -> zh-Hant, srp_Latn -> sr-Latn.

    The script is left out where it is the usual one. None for labels that are no language.
    """
    code, _, script = label.replace("-", "_").partition("_")
    try:
        language = normalize_language(code)
        with_script = normalize_language(f"{language}-{script}") if script else language
    except ValueError:
        return None
    if language == UNDETERMINED:
        return None
    usual = (langcodes.Language.get(language).maximize().script, *language_scripts(language))
    return language if script in usual else with_script
