"""Zero-width characters in the words of the scripts that spell with them, and in others."""

import pytest

from tfmling.text.normalize import remove_zero_width

KEPT = {
    "Persian mikhaham": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "Persian after a vowel mark": "\u06a9\u0650\u200c\u0647\u0627",
    "Arabic abbreviation of hijri": "1445 \u0647\u200d",
    "Sinhala sri": "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
    "Hindi half ksha": "\u0915\u094d\u200d\u0937",
    "Hindi visible virama": "\u0915\u094d\u200c\u0937",
    "Malayalam chillu at the end": "\u0d05\u0d35\u0d28\u0d4d\u200d",
    "Bengali ra with ya-phala": "\u09b0\u200d\u09cd\u09af\u09be\u09ae",
    "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "heart on fire": "\u2764\ufe0f\u200d\U0001f525",
    "woman of medium skin, scientist": "\U0001f469\U0001f3fd\u200d\U0001f52c",
    "Mongolian final a": "\u182c\u1820\u1833\u180e\u1820",
    "Khmer words": "\u1797\u17b6\u179f\u17b6\u200b\u1781\u17d2\u1798\u17c2\u179a",
    "Thai words": "\u0e20\u0e32\u0e29\u0e32\u200b\u0e44\u0e17\u0e22",
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_orthographic_ones_stay(text):
    assert remove_zero_width(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ki\u200btabu", "kitabu"),
        ("Auf\u200clage", "Auflage"),
        ("ሰላ\u200dም", "ሰላም"),
        ("kita\u2060bu", "kitabu"),
        ("\u200d\u200b", ""),
        ("\U0001f468\u200d na", "\U0001f468 na"),
        ("\u0645\u200c 1", "\u0645 1"),  # a non-joiner joins nothing at the end of a word
        ("Swahili\u200b\u0e44\u0e17\u0e22", "Swahili\u0e44\u0e17\u0e22"),
        # of a run one stays
        ("\u0645\u06cc\u200c\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("\u0645\u06cc\u200b\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
    ],
)
def test_others_go(text, expected):
    assert remove_zero_width(text) == expected
