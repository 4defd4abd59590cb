"""Language codes (BCP 47) and the scripts that languages are written in.

Corpora name one language in many ways (swh, swa, sw); inside there is one: the shortest BCP-47 tag,
with an individual language replaced by the macrolanguage that most data is labelled with.
"""

import functools
from typing import Annotated

import langcodes
import pydantic
from langcodes.data_dicts import LIKELY_SUBTAGS

# ISO 15924 codes that stand for several Unicode scripts
_COMPOSITE_SCRIPTS = {
    "Hans": ("Hani",),
    "Hant": ("Hani",),
    "Jpan": ("Hani", "Hira", "Kana"),
    "Kore": ("Hang", "Hani"),
}

# Twi and Fante: their data is labelled so, and a model of one is none of both
_OWN_NAMES = {"tw": "ak", "fat": "ak"}  # with the language whose script they have
# Names of FineWeb and GlotLID for a script that CLDR calls by the characters of the language
_SAME_SCRIPTS = {("Hani", "Hans"), ("Hani", "Hant"), ("Hang", "Kore")}
# Chinese without a script is in both, so that the script is said even where it is the usual one
_SCRIPT_IS_SAID = frozenset({"zh"})


@functools.lru_cache(maxsize=4096)
def normalize_language(code: str) -> str:
    """Returns the one BCP-47 tag for a language: swh, swa -> sw; deu -> de; iw -> he.

    The usual script of a language is left out, as BCP 47 recommends: yor_Latn -> yo, srp_Cyrl ->
    sr. That of Chinese is kept: zh-Hans.

    Raises:
        ValueError: not a registered language. Constructed languages have qaa to qtz.
    """
    try:
        tag = langcodes.standardize_tag(code)
        if tag.partition("-")[0] not in _OWN_NAMES:
            tag = langcodes.standardize_tag(code, macro=True)
    except langcodes.LanguageTagError as error:
        raise ValueError(f"not a language code: {code!r} ({error})") from None
    if not langcodes.tag_is_valid(tag):
        raise ValueError(
            f"not a registered language code: {code!r}; expected BCP 47 or ISO 639, such as sw, "
            "swh or sr-Latn (a language without a code may use qaa to qtz)"
        )
    return _without_usual_script(tag)


def _without_usual_script(tag: str) -> str:
    parsed = langcodes.Language.get(tag)
    primary = str(parsed.language)
    if not parsed.script:
        return tag
    shorter = tag.replace(f"-{parsed.script}", "", 1)
    usual = _usual_script(primary)
    if (parsed.script, usual) in _SAME_SCRIPTS:
        return shorter
    same = parsed.script == usual == _usual_script(shorter)
    return shorter if same and primary not in _SCRIPT_IS_SAID else tag


def _usual_script(tag: str) -> str | None:
    """That of CLDR's likely subtags; None where they have none."""
    parsed = langcodes.Language.get(tag)
    if parsed.language in _OWN_NAMES:
        parsed = langcodes.Language.get(_OWN_NAMES[parsed.language])
    if parsed.script or parsed.language not in LIKELY_SUBTAGS:
        return parsed.script
    return parsed.maximize().script


# A language code in settings, normalized when it is read
Language = Annotated[str, pydantic.AfterValidator(normalize_language)]


@functools.lru_cache(maxsize=4096)
def language_scripts(language: str) -> tuple[str, ...]:
    """The Unicode scripts (ISO 15924: Latn, Ethi, ...) that a language is usually written in.

    A script in the tag decides (sr-Latn); otherwise CLDR's likely subtags do. Empty when nothing is
    known, as for the constructed qaa: then nothing should be expected of the script.
    """
    script = _usual_script(language)
    return _COMPOSITE_SCRIPTS.get(script, (script,)) if script else ()
