"""Which languages of an identifier mean an expected language: zh-TW is its zh-Hant, nb its no."""

import functools
from collections import defaultdict

import langcodes

# Expected language -> names for it, the best first; an identifier must know the first name of a
# tuple, and then all that it knows of them count together.
# A variant of a language (pt-BR, fa-AF) needs no entry, one in an unusual script does.
_NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    "no": (("no", "nb", "nn"), ("nb", "nn")),
    "nb": (("nb", "no"), ("no",)),
    "nn": (("nn",), ("no",)),
    "zh": (("zh", "zh-Hant"),),
    "zh-Hans": (("zh",),),
    "zh-CN": (("zh",),),
    "zh-SG": (("zh",),),
    "zh-Hant": (("zh-Hant",), ("zh",)),
    "zh-HK": (("zh-Hant", "yue"), ("zh", "yue")),  # written Cantonese is labelled so too
    "zh-MO": (("zh-Hant", "yue"), ("zh", "yue")),
    # identifiers know Serbian in Cyrillic, and take it in Latin script for its neighbours
    "sr-Latn": (("sr-Latn", "sr", "hr", "bs"), ("sr", "hr", "bs"), ("hr", "bs")),
    "hr": (("hr",), ("sr-Latn",)),
    "bs": (("bs",), ("sr-Latn", "hr")),
    "tw": (("tw",), ("ak",)),
    "fat": (("fat",), ("ak",)),
    "ak": (("ak", "tw", "fat"), ("tw",)),
    "ckb": (("ckb",), ("sdh",)),  # py3langid has only the southern one in Arabic script
    "uz-Cyrl": (("uz-Cyrl",), ("uz",)),
}


def names_of(language: str, known: frozenset[str]) -> frozenset[str]:
    """The names, of those that an identifier knows, that mean a language; empty for none.

    Args:
        language: BCP-47 code.
        known: BCP-47 codes of all that an identifier tells apart.
    """
    by_variety = _by_variety(known)
    own = variety(language)
    for names in _NAMES.get(language) or _NAMES.get(own) or ((own,),):
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
    """The language, with its script where that is not the usual one: zh-TW -> zh-Hant."""
    parsed = langcodes.Language.get(language)
    primary = str(parsed.language)
    script = parsed.maximize().script
    usual = langcodes.Language.get(primary).maximize().script
    return primary if script in (usual, None) else f"{primary}-{script}"
