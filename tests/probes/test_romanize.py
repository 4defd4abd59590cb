"""Letters whose Latin form is beyond doubt, and one word for each word."""

import pytest

from tfmling.probes.romanize import romanize

pytest.importorskip("uroman")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["Москва", ",", "мир"], ["Moskva", ",", "mir"]),
        (["Ελλάδα"], ["Ellada"]),
        (["भारत"], ["bhaarat"]),
        (["Dar", "es", "Salaam"], ["Dar", "es", "Salaam"]),
    ],
)
def test_known_letters(words, expected):
    assert [word.casefold() for word in romanize(words)] == [w.casefold() for w in expected]


def test_every_word_stays_one_word():
    words = ["中文", "한국어", "ኢትዮጵያ", "\u0301", "።"]
    found = romanize(words)
    assert len(found) == len(words)
    assert all(found)
    assert all(word.isascii() for word in found[:3])


def test_rules_of_a_language():
    # щ and г are other sounds in Ukrainian than in Russian: г is h
    assert romanize(["гора"], "ukr") != romanize(["гора"], "rus")
