"""Words as BERT's tokenizers see them."""

import pytest

from tfmling.text.words import basic_words, split_words


@pytest.mark.parametrize(
    ("text", "lowercase", "words"),
    [
        ("Habari ya asubuhi!", False, ["Habari", "ya", "asubuhi", "!"]),
        ("Habari ya ASUBUHI!", True, ["habari", "ya", "asubuhi", "!"]),
        ("ng'ombe wa-kwanza", False, ["ng", "'", "ombe", "wa", "-", "kwanza"]),
        ("Größe, Ünïcode", True, ["große", ",", "unicode"]),  # accents go, ß is no accent
        ("Größe", False, ["Größe"]),
        ("e\u0301to\u0323\u0301", False, ["\u00e9t\u1ecd\u0301"]),  # composed as far as it goes
        ("我是a", False, ["我", "是", "a"]),
        ("a\u200db\x00c\ufffdd\te", False, ["abcd", "e"]),  # control characters leave no gap
        ("[MASK]", False, ["[", "MASK", "]"]),
        (" \n\u00a0", False, []),
    ],
)
def test_split_words(text: str, lowercase: bool, words: list[str]) -> None:
    assert split_words(text, lowercase) == words


def test_basic_words_are_not_composed() -> None:
    assert basic_words("e\u0301te, \u00e9", False) == ["e\u0301te", ",", "\u00e9"]
