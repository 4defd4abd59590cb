"""Expand templates of wikitext to what a reader sees: text, nothing, or an unknown gap.

Dumps of articles lack the definitions of templates. So templates are expanded whose text follows
from their arguments, by names that many wikis share; notes, sources and boxes show nothing in a
sentence; the text of all others is unknown.
"""

import re
from collections.abc import Callable

GAP = "\ufdd0"  # a noncharacter that replaces a template with unknown text
_ARGUMENT = re.compile(r"\|(?![^\[\]]*\]\])")  # not within a link
_NAMED = re.compile(r"\s*([\w -]{1,40})\s*=")
_MAX_CHARACTERS = 10_000  # of a template that is expanded
_JOINING = re.compile(r"to|and|or|by|x|×|-|–|and\(-\)|to\(-\)|\+/-|±")

_NOTHING = re.compile(
    r"cite\b|citation|sfn|efn|refn|harv|reflist|ref\b|r$|rp$|cn$|fact\b|cb$|fn$|note\b|nota\b|"
    r"clarify|when$|who$|whom|by whom|according to|dubious|verif|page needed|dead link|failed|"
    r"better source|original research|infobox|short desc|use |other ?uses|about|main\b|see also|"
    r"coord|flagicon|anchor|clear|commons|authority|portal|stub|defaultsort|displaytitle|"
    r"sic$|toc|pp\b|pp-|featured|good article|distinguish|redirect|audio|listen|respell|"
    r"ipac-|pron|webarchive|isbn|issn|doi|oclc|citation needed|quelle|belege|cita\b|référence|"
    r"ссылка|нет аи|источник|fakt|bron|kilde|källa|bronvermelding|harvsp|odkaz|"
    r"#tag|#invoke:citation"
)


def show(template: str) -> str:
    """Return the text of a template: "" if it shows nothing, GAP if the text is unknown.

    Example:
        >>> show("lang|de|Guten Tag"), show("cite web|title=x"), show("unknown|1") == GAP
        ('Guten Tag', '', True)

    Args:
        template: the content between its braces, with inner templates expanded.
    """
    name, *arguments = _split(template)
    key = name.strip().replace("_", " ").lower()
    function, colon, value = name.strip().partition(":")
    if colon and function.lower() in _FUNCTIONS:
        return _FUNCTIONS[function.lower()](value.strip())
    values = _values(arguments)
    shown = _SHOWN.get(key) or _by_beginning(key)
    if shown is None:
        return "" if _NOTHING.match(key) else GAP
    text = shown(values) if values or key in _WITHOUT_VALUES else ""
    return text.strip("\n") if text else GAP


def _split(template: str) -> list[str]:
    if len(template) > _MAX_CHARACTERS:
        return [template[:100].partition("|")[0]]
    return _ARGUMENT.split(template)


def _values(arguments: list[str]) -> list[str]:
    """Return the positional arguments, including those named 1, 2, ..., in order."""
    values: list[str] = []
    for argument in arguments:
        named = _NAMED.match(argument)
        if not named:
            values.append(argument.strip())
        elif named[1].strip() == str(len(values) + 1):
            values.append(argument[named.end() :].strip())
    return values


def _first(values: list[str]) -> str:
    return values[0]


def _second(values: list[str]) -> str:
    return values[1] if len(values) > 1 else ""


def _last(values: list[str]) -> str:
    return values[-1]


def _joined(values: list[str]) -> str:
    return " ".join(value for value in values if value)


def _measure(values: list[str]) -> str:
    """Return a number and its unit, without the unit of the conversion."""
    if len(values) < 2:
        return ""
    end = 2
    # {{convert|5|to|10|km|mi}}, {{convert|6|ft|2|in|m}}
    if len(values) > 3 and (_JOINING.fullmatch(values[1]) or _is_number(values[2])):
        end = 4
    shown = [_JOINED.get(value, value) for value in values[:end]]
    return " ".join(shown)


_JOINED = {"x": "×", "by": "×", "-": "–", "and(-)": "and", "to(-)": "to", "+/-": "±"}


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").isdigit()


def _fraction(values: list[str]) -> str:
    if len(values) == 1:
        return f"1/{values[0]}"
    return "/".join(values[-2:]) if len(values) == 2 else f"{values[0]} {values[1]}/{values[2]}"


def _constant(text: str) -> Callable[[list[str]], str]:
    return lambda values: text


def _by_beginning(key: str) -> Callable[[list[str]], str] | None:
    """Return the function for names such as `lang-de` and `ipa-en`."""
    beginning, dash, code = key.partition("-")
    return _FAMILIES.get(beginning) if dash and 2 <= len(code) <= 12 else None


_FAMILIES: dict[str, Callable[[list[str]], str]] = {"lang": _first, "ipa": _first, "transl": _last}

_FUNCTIONS: dict[str, Callable[[str], str]] = {
    "formatnum": lambda text: text,
    "lc": str.lower,
    "uc": str.upper,
    "ucfirst": lambda text: text[:1].upper() + text[1:],
    "lcfirst": lambda text: text[:1].lower() + text[1:],
    "nowrap": str,
}

_WITHOUT_VALUES: dict[str, str] = {
    "nbsp": " ", "spaces": " ", "thinsp": " ", "snd": " – ", "spnd": " – ", "spaced ndash": " – ",
    "ndash": "–", "mdash": "—", "dash": " – ", "snds": " – ", "!": "|", "=": "=", "'": "'",
    "'s": "'s", "·": " · ", "•": " • ", "dot": " · ", "bold dot": " · ", "times": "×",
    "euro": "€", "inr": "₹", "-": "", "zwj": "\u200d", "zwnj": "\u200c", "shy": "", "wbr": "",
}  # fmt: skip

_SHOWN: dict[str, Callable[[list[str]], str]] = {
    **{name: _constant(text or "\n") for name, text in _WITHOUT_VALUES.items()},
    **dict.fromkeys(("lang", "langue", "langx", "språk", "idioma", "lang2", "taal"), _second),
    **dict.fromkeys(("transl", "transliteration", "translit", "ipa", "api", "phonetic"), _last),
    **dict.fromkeys(
        (
            "nowrap", "nobr", "nw", "nobreak", "no wrap", "j", "nbr", "small", "smaller", "big",
            "larger", "large", "sup", "sub", "smallcaps", "sc", "abbr", "abbrv", "abbreviation",
            "tooltip", "em", "strong", "bold", "italic", "mvar", "math", "var", "kbd", "code",
            "mono", "tt", "sq", "ill", "interlanguage link", "link-interwiki", "nihongo", "flag",
            "flagu", "flagcountry", "quote", "cquote", "blockquote", "zitat", "citation bloc",
            "num", "nombre", "nts", "val", "gaps", "color", "nihongo2", "script", "unicode",
            "keepspaces", "visible anchor", "vanchor", "term", "lien", "lang-any", "uc first",
            "number", "formatnum", "formatnumber",
        ),
        _first,
    ),
    **dict.fromkeys(("convert", "cvt", "unité", "unidad", "unit", "unità", "eenheid"), _measure),
    **dict.fromkeys(("frac", "fraction", "sfrac", "tfrac", "bruch", "frac2"), _fraction),
    **dict.fromkeys(("date", "date-", "datum", "fecha", "dts", "дата"), _joined),
    **dict.fromkeys(("circa", "c.", "ca", "ca."), lambda values: f"c. {values[0]}"),
    **dict.fromkeys(("as of", "asof"), lambda values: f"As of {_joined(values)}"),
    **dict.fromkeys(("us$", "usd"), lambda values: f"US${values[0]}"),
    **dict.fromkeys(("angbr", "angle bracket", "grapheme"), lambda values: f"⟨{values[0]}⟩"),
    "gbp": lambda values: f"£{values[0]}",
    "inr": lambda values: f"₹{values[0]}" if values else "₹",
    "color": _second,
    "script": _second,
}  # fmt: skip
