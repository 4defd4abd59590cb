"""Zero-width characters: which belong to the spelling, and which are remains of typesetting.

The scripts beside them decide, after Unicode Standard Annex 31 (section 2.3, "Layout and format
control characters") and the chapters of the Unicode Standard on the scripts concerned:

- a joiner or non-joiner after a letter or sign of an Indic script (Sinhala conjuncts, Malayalam
  chillus, Bengali ya-phala);
- a non-joiner between letters of the Arabic script (Persian, Kurdish, Urdu), a joiner at their side
  (abbreviations in their initial form);
- joiners between emoji, and all of these within Mongolian, with its vowel separator;
- a zero-width space between letters of scripts without spaces, where it parts words.

Everywhere else they are invisible and make two words of one.
"""

import regex

_SPACE, _NON_JOINER, _JOINER = "\u200b", "\u200c", "\u200d"
_VOWEL_SEPARATOR, _WORD_JOINER = "\u180e", "\u2060"
_ALL = _SPACE + _NON_JOINER + _JOINER + _VOWEL_SEPARATOR + _WORD_JOINER

_INDIC = (
    "Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Tibt Newa Sylo Mtei Tirh Nand Gran Khoj Sind"
    " Modi Sidd Bali Java Sund Cham Khmr Mymr Lana Thaa Brah Kthi Cakm Shrd Takr Limb Lepc Saur"
)
_WITHOUT_SPACES = "Khmr Mymr Laoo Thai Lana Tale Talu Tavt Bali Java Tibt Hani Hira Kana"


def _class_of(scripts: str) -> str:
    return "".join(rf"\p{{Script={script}}}" for script in scripts.split())


_EMOJI = r"\p{Extended_Pictographic}\ufe0f\U0001f3fb-\U0001f3ff"
_PART_WORDS = _class_of(_WITHOUT_SPACES)
_ORTHOGRAPHIC = "|".join(
    (
        rf"(?<=[{_class_of(_INDIC)}])[{_NON_JOINER}{_JOINER}]",
        rf"(?<=\p{{Script=Arab}}\p{{M}}*){_NON_JOINER}(?=\p{{Script=Arab}})",
        rf"(?<=\p{{Script=Arab}}\p{{M}}*){_JOINER}|{_JOINER}(?=\p{{Script=Arab}})",
        rf"(?<=[{_EMOJI}]){_JOINER}(?=\p{{Extended_Pictographic}})",
        rf"(?<=\p{{Mong}})[{_NON_JOINER}{_JOINER}{_VOWEL_SEPARATOR}]",
        rf"(?<=[{_PART_WORDS}]\p{{M}}*){_SPACE}(?=[{_PART_WORDS}])",
    )
)
_RUN = regex.compile(rf"[{_ALL}]+")
# The first of a run that belongs to the spelling as if it stood alone
_KEPT = regex.compile(_ORTHOGRAPHIC)


def remove_zero_width(text: str) -> str:
    """Removes zero-width characters that are not orthographic; of a run, one stays at most."""
    if not _RUN.search(text):
        return text
    return _RUN.sub(_first_kept, text)


def _first_kept(run: regex.Match) -> str:
    """The first character of a run that is orthographic between what stands beside the run."""
    text, start, end = run.string, run.start(), run.end()
    before, after = text[max(0, start - 8) : start], text[end : end + 1]
    for character in dict.fromkeys(run.group()):
        if _KEPT.search(before + character + after, len(before)):
            return character
    return ""
