import unicodedata

import hypothesis
import pytest
from hypothesis import strategies

from tfmling.text.normalize import fix_mojibake, normalize

PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  habari\t ya\u00a0\u3000leo\r\n", "habari ya leo"),
        ("habari  ya\x07 leo", "habari ya leo"),
        ("e\u0301", "\u00e9"),
        ("e\u200b\u0301", "\u00e9"),
        ("\ufeffamani\u200e ya\u00adni\x00", "amani yani"),
        ("mstari\u2028mpya\x85tena", "mstari mpya tena"),
        ("5\u202f000\u202f€", "5 000 €"),
        (PERSIAN, PERSIAN),
        ("", ""),
    ],
)
def test_by_hand(text, expected):
    assert normalize(text) == expected


def test_a_narrow_space_joins_mongolian_suffixes():
    word = "\u182e\u1823\u1829\u182d\u1823\u182f\u202f\u1824\u1828"
    assert normalize(f" {word}\u202f ") == word
    assert normalize(word, "NFKC") == word.replace("\u202f", " ")


def test_nfkc_folds_what_nfc_keeps():
    assert (normalize("ﬁ"), normalize("ﬁ", "NFKC")) == ("ﬁ", "fi")


def test_mojibake_must_be_fixed_before_control_characters_are_removed():
    assert normalize("naÃ¯ve Guerrero\x92s") == "naÃ¯ve Guerreros"
    assert normalize(fix_mojibake("naÃ¯ve Guerrero\x92s")) == "naïve Guerrero’s"


ODD = strategies.text(
    strategies.one_of(
        strategies.characters(),
        strategies.sampled_from(
            "\u200b\u200c\u200d\u2060\u202f\u180e\ufe0f\u0301 aé\u0645\u0631\u064e\u0915\u094d"
            "\u0d15\u0d4d\u1780\u17d2\u0e01\u0e31\u1820\u180b\u2764\u2640🅰👩🏽🇰"
        ),
    )
)


@hypothesis.given(ODD, strategies.sampled_from(["NFC", "NFKC"]))
@hypothesis.settings(max_examples=400, deadline=None)
def test_twice_is_once_and_the_form_holds(text, form):
    once = normalize(text, form)
    assert normalize(once, form) == once
    assert unicodedata.is_normalized(form, once)
