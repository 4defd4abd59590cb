"""Language codes (BCP 47) and the scripts that languages are written in.

Corpora have several codes for one language (swh, swa, sw). Here each has one: the shortest BCP-47
tag, with individual languages replaced by the macrolanguage that most data is labeled with.
"""

import functools
from typing import Annotated

import langcodes
import pydantic
from langcodes.data_dicts import LIKELY_SUBTAGS

# ISO 15924 codes of several Unicode scripts
_COMPOSITE_SCRIPTS = {
    "Hans": ("Hani",),
    "Hant": ("Hani",),
    "Jpan": ("Hani", "Hira", "Kana"),
    "Kore": ("Hang", "Hani"),
}

# Twi and Fante keep their own codes, as their data is labeled. The values give their script.
_OWN_CODES = {"tw": "ak", "fat": "ak"}
# scripts of FineWeb and GlotLID, and the more specific ones of CLDR
_SAME_SCRIPTS = {("Hani", "Hans"), ("Hani", "Hant"), ("Hang", "Kore")}
# Chinese is written in two scripts, so its tags keep even the usual one
_SCRIPT_IS_KEPT = frozenset({"zh"})


@functools.lru_cache(maxsize=4096)
def normalize_language(code: str) -> str:
    """Return the canonical BCP-47 tag of a language.

    The usual script of a language is dropped, as BCP 47 recommends, except for Chinese: zh-Hans.

    Raises:
        ValueError: the language is not registered. Constructed languages may use qaa to qtz.

    Example:
        >>> [normalize_language(code) for code in ("swh", "swa", "deu", "iw", "yor_Latn")]
        ['sw', 'sw', 'de', 'he', 'yo']
    """
    try:
        tag = langcodes.standardize_tag(code)
        if tag.partition("-")[0] not in _OWN_CODES:
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
    return shorter if same and primary not in _SCRIPT_IS_KEPT else tag


def _usual_script(tag: str) -> str | None:
    """Return the script in CLDR's likely subtags, or None."""
    parsed = langcodes.Language.get(tag)
    if parsed.language in _OWN_CODES:
        parsed = langcodes.Language.get(_OWN_CODES[parsed.language])
    if parsed.script or parsed.language not in LIKELY_SUBTAGS:
        return parsed.script
    return parsed.maximize().script


# A language code in settings, normalized when it is read
Language = Annotated[str, pydantic.AfterValidator(normalize_language)]


@functools.lru_cache(maxsize=4096)
def language_scripts(language: str) -> tuple[str, ...]:
    """Return the Unicode scripts (ISO 15924) that a language is usually written in.

    A script in the tag has precedence over CLDR's likely subtags. The result is empty for unknown
    languages, such as the constructed qaa.

    Example:
        >>> language_scripts("am"), language_scripts("sr-Latn"), language_scripts("ja")
        (('Ethi',), ('Latn',), ('Hani', 'Hira', 'Kana'))
    """
    script = _usual_script(language)
    return _COMPOSITE_SCRIPTS.get(script, (script,)) if script else ()
