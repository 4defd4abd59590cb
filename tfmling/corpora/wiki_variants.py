"""Resolve marks of language variants in wikitext: `-{zh-hans:软件;zh-hant:軟體}-`.

Wikis in several scripts (zh, sr, kk, ku, uz, ...) convert their text for the reader; these marks
contain exceptions. One variant is kept: that of the corpus's language if it names one, otherwise
the main one of the wiki, or the first.

https://www.mediawiki.org/wiki/Writing_systems/Syntax
"""

import re

_MARK = re.compile(r"-\{(?!\{)([^{}]*)\}-")
_RULE = re.compile(r";\s*(?=[a-z]{2,3}(?:-[a-z]{2,10})?\s*:|\Z)")
_VARIANT = re.compile(r"\s*([a-z]{2,3}(?:-[a-z]{2,10})?)\s*:", re.IGNORECASE)
_HIDDEN = frozenset("HT-N")  # flags of rules and titles that show no text
_MAX_DEPTH = 4

# language -> variants, the preferred one first
_PREFERRED = {
    "zh": ("zh-hans", "zh-cn", "zh-sg", "zh-my", "zh"),
    "zh-Hans": ("zh-hans", "zh-cn", "zh-sg", "zh-my", "zh"),
    "zh-Hant": ("zh-hant", "zh-tw", "zh-hk", "zh-mo", "zh"),
    "zh-TW": ("zh-tw", "zh-hant", "zh-hk", "zh-mo", "zh"),
    "zh-HK": ("zh-hk", "zh-hant", "zh-mo", "zh-tw", "zh"),
    "sr": ("sr-ec", "sr-cyrl"),
    "sr-Latn": ("sr-el", "sr-latn"),
    "sh": ("sh-latn", "sh-el"),
    "kk": ("kk-cyrl", "kk-kz"),
    "kk-Latn": ("kk-latn", "kk-tr"),
    "kk-Arab": ("kk-arab", "kk-cn"),
    "ku": ("ku-latn",),
    "ku-Arab": ("ku-arab",),
    "uz": ("uz-latn",),
    "uz-Cyrl": ("uz-cyrl",),
    "tg": ("tg-cyrl", "tg"),
    "tg-Latn": ("tg-latn",),
    "iu": ("ike-cans", "iu"),
    "iu-Latn": ("ike-latn",),
    "shi": ("shi-tfng",),
    "shi-Latn": ("shi-latn",),
    "crh": ("crh-latn",),
    "crh-Cyrl": ("crh-cyrl",),
    "gan": ("gan-hans",),
    "gan-Hant": ("gan-hant",),
}


def choose_variants(text: str, language: str) -> str:
    """Replace each mark by one variant.

    Example:
        >>> choose_variants("-{zh-hans:软件;zh-hant:軟體}-", "zh-Hant")
        '軟體'

    Args:
        text: wikitext without templates.
        language: BCP-47 code of the corpus.
    """
    if "-{" not in text:
        return text
    preferred = _PREFERRED.get(language) or _PREFERRED.get(language.partition("-")[0], ())
    for _ in range(_MAX_DEPTH):  # nested marks, inner ones first
        text, count = _MARK.subn(lambda found: _shown(found[1], preferred), text)
        if not count:
            break
    return text


def _shown(rule: str, preferred: tuple[str, ...]) -> str:
    flags, bar, rest = rule.partition("|")
    if bar and _are_flags(flags):
        if any(flag.strip() in _HIDDEN for flag in flags.upper().split(";")):
            return ""
        rule = rest
    parts = [part for part in _RULE.split(rule) if part.strip()]
    variants: dict[str, str] = {}
    for part in parts:
        named = _VARIANT.match(part)
        if not named:
            return rule.strip()  # not a rule but text that is not converted
        variants.setdefault(named[1].lower(), part[named.end() :].strip())
    chosen = (variants[code] for code in preferred if code in variants)
    return next(chosen, None) or next(iter(variants.values()), "")


def _are_flags(text: str) -> bool:
    """Whether the text before a bar is flags or variants: `T|`, `zh-hans;zh-hant|`."""
    names = [name.strip() for name in text.split(";")]
    return all(re.fullmatch(r"[A-Za-z]|-|[a-z]{2,3}(?:-[a-z]{2,10})?|", name) for name in names)
