"""The interface of language identifiers, and how they match an expected language."""

import abc
import functools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import ClassVar, NamedTuple, Self

import langcodes
import pydantic

from tfmling.core import config, extras
from tfmling.core.languages import language_scripts, normalize_language

UNDETERMINED = "und"


class Comparison(NamedTuple):
    """How an expected language compares with its strongest rival.

    Example:
        >>> found = compare({"sw": 0.25, "rw": 0.75}, expected={"sw"})
        >>> found.rival, found.plausibility
        ('rw', 0.25)
    """

    plausibility: float
    """P / (p + q) for the probability p of the expected language and q of its strongest rival:
    above 0.5 the expected language is likelier, 0.1 is odds of 9 to 1 against it.
    """
    rival: str
    """The most probable other language; `und` if there is none."""


def compare(probabilities: Mapping[str, float], expected: Collection[str]) -> Comparison:
    """Compare an expected language with its strongest rival.

    The plausibility is 0.5 if no language has any probability, as for a line of digits.

    Example:
        >>> compare({"sw": 0.75, "rw": 0.25, "en": 0.05}, {"sw"})
        Comparison(plausibility=0.75, rival='rw')

    Args:
        probabilities: language -> probability.
        expected: the labels of the expected language; their probabilities are added.
    """
    own, rival, best = 0.0, UNDETERMINED, 0.0
    for language, probability in probabilities.items():
        if language in expected:
            own += probability
        elif probability > best:
            rival, best = language, probability
    return Comparison(own / (own + best) if own + best else 0.5, rival)


class LanguageIdentifier(config.Settings, abc.ABC):
    """Identifies the languages of texts.

    A model is loaded on first use, once per process.
    """

    kind: str
    """The name in YAML."""
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
    def languages(self) -> frozenset[str]:
        """The languages that the model can identify, as BCP-47 codes."""

    @abc.abstractmethod
    def identify(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """Return the likeliest language of each text, or `und`, and its probability."""

    @abc.abstractmethod
    def compare(self, texts: Sequence[str], expected: str) -> list[Comparison]:
        """Return how plausibly each text is in an expected language that the model knows."""

    def names(self, language: str) -> frozenset[str]:
        """Return the model's languages that mean `language` (nb: no), empty if it is unknown."""
        return matching_languages(language, self.languages)

    def resolve(self, language: str) -> str | None:
        """Return the model's preferred name of a language, None if it is unknown."""
        names = self.names(language)
        preferred = (name for name in (language, variety(language)) if name in names)
        return next(preferred, None) or min(names, default=None)


def label_languages(labels: Iterable[str]) -> dict[str, str]:
    """Map the labels of a model to BCP-47 codes, without labels that are no language.

    Example:
        >>> label_languages(["swh_Latn", "no language"])
        {'swh_Latn': 'sw'}
    """
    named = {label: language_of(label) for label in labels}
    return {label: language for label, language in named.items() if language is not None}


@functools.lru_cache(maxsize=4096)
def language_of(label: str) -> str | None:
    """Return the BCP-47 code of a model's label, without a script that is usual for the language.

    Example:
        >>> language_of("swh_Latn"), language_of("zho_Hant"), language_of("srp_Latn")
        ('sw', 'zh-Hant', 'sr-Latn')

    Returns:
        A BCP-47 code; None for a label that is no language.
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


# Expected language -> alternatives in order of preference. An alternative applies if the model
# knows its first name; then all of its names that the model knows count as the expected language.
# A regional variant (pt-BR, fa-AF) needs no entry, a variant in an unusual script does.
_ALTERNATIVES: dict[str, tuple[tuple[str, ...], ...]] = {
    "no": (("no", "nb", "nn"), ("nb", "nn")),
    "nb": (("nb", "no"), ("no",)),
    "nn": (("nn",), ("no",)),
    "zh": (("zh", "zh-Hant"),),
    "zh-Hans": (("zh",),),
    "zh-CN": (("zh",),),
    "zh-SG": (("zh",),),
    "zh-Hant": (("zh-Hant",), ("zh",)),
    "zh-HK": (("zh-Hant", "yue"), ("zh", "yue")),  # written Cantonese has this code too
    "zh-MO": (("zh-Hant", "yue"), ("zh", "yue")),
    # identifiers know Serbian in Cyrillic, and take it in Latin script for its neighbors
    "sr-Latn": (("sr-Latn", "sr", "hr", "bs"), ("sr", "hr", "bs"), ("hr", "bs")),
    "hr": (("hr",), ("sr-Latn",)),
    "bs": (("bs",), ("sr-Latn", "hr")),
    "tw": (("tw",), ("ak",)),
    "fat": (("fat",), ("ak",)),
    "ak": (("ak", "tw", "fat"), ("tw",)),
    "ckb": (("ckb",), ("sdh",)),  # in Arabic script py3langid knows only the southern one
    "uz-Cyrl": (("uz-Cyrl",), ("uz",)),
}


def matching_languages(language: str, known: frozenset[str]) -> frozenset[str]:
    """Return the known languages that mean an expected language, empty if there is none.

    Example:
        >>> sorted(matching_languages("no", frozenset({"nb", "nn", "da"})))
        ['nb', 'nn']

    Args:
        language: BCP-47 code.
        known: BCP-47 codes of all languages of an identifier.
    """
    by_variety = _by_variety(known)
    own = variety(language)
    for names in _ALTERNATIVES.get(language) or _ALTERNATIVES.get(own) or ((own,),):
        if names[0] in by_variety:
            return frozenset().union(*(by_variety.get(name, ()) for name in names))
    return frozenset()


@functools.lru_cache(maxsize=64)
def _by_variety(known: frozenset[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in known:
        found[variety(name)].append(name)
    return dict(found)


@functools.lru_cache(maxsize=4096)
def variety(language: str) -> str:
    """Return a language without its region, with its script only if that is unusual.

    Example:
        >>> variety("pt-BR"), variety("zh-TW")
        ('pt', 'zh-Hant')
    """
    parsed = langcodes.Language.get(language)
    primary = str(parsed.language)
    script = parsed.maximize().script
    usual = langcodes.Language.get(primary).maximize().script
    return primary if script in (usual, None) else f"{primary}-{script}"
