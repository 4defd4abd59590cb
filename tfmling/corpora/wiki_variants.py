"""Marks of language variants in wikitext: `-{zh-hans:软件;zh-hant:軟體}-`, `-{sr-ec:…; sr-el:…}-`.

Wikis that are written in several scripts (zh, sr, kk, ku, uz ...) convert their text for the reader
and say with these marks what is not converted, or how. One variant is kept: that of the corpus's
language where it names one, otherwise the one in which the wiki is mostly written, or the first.

https://www.mediawiki.org/wiki/Writing_systems/Syntax
"""

import re

_MARK = re.compile(r"-\{(?!\{)([^{}]*)\}-")
_RULE = re.compile(r";\s*(?=[a-z]{2,3}(?:-[a-z]{2,10})?\s*:|\Z)")
_VARIANT = re.compile(r"\s*([a-z]{2,3}(?:-[a-z]{2,10})?)\s*:", re.IGNORECASE)
_HIDDEN = frozenset("HT-N")  # rules and titles that show nothing where they stand
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
    """Puts one variant for each mark.

    Args:
        text: wikitext without templates.
        language: BCP-47 code of the corpus.
    """
    if "-{" not in text:
        return text
    preferred = _PREFERRED.get(language) or _PREFERRED.get(language.partition("-")[0], ())
    for _ in range(_MAX_DEPTH):  # marks in marks, the inner ones first
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
            return rule.strip()  # no rule: text that is not converted
        # a=>zh-hans:b;: only where the writer has a
        variants.setdefault(named[1].lower(), part[named.end() :].strip())
    chosen = (variants[code] for code in preferred if code in variants)
    return next(chosen, None) or next(iter(variants.values()), "")


def _are_flags(text: str) -> bool:
    """Whether letters or names of variants stand before the bar: `T|`, `zh-hans;zh-hant|`."""
    names = [name.strip() for name in text.split(";")]
    return all(re.fullmatch(r"[A-Za-z]|-|[a-z]{2,3}(?:-[a-z]{2,10})?|", name) for name in names)
