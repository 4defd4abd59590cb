"""Words as BERT's tokenizers see them."""

import pytest

from tfmling.text.words import split_words


@pytest.mark.parametrize(
    ("text", "lowercase", "words"),
    [
        ("Habari ya asubuhi!", False, ["Habari", "ya", "asubuhi", "!"]),
        ("Habari ya ASUBUHI!", True, ["habari", "ya", "asubuhi", "!"]),
        ("ng'ombe wa-kwanza", False, ["ng", "'", "ombe", "wa", "-", "kwanza"]),
        ("Größe, Ünïcode", True, ["große", ",", "unicode"]),  # accents go, ß is no accent
        ("Größe", False, ["Größe"]),
        ("我是a", False, ["我", "是", "a"]),
        ("a\u200db\x00c\ufffdd\te", False, ["abcd", "e"]),  # control characters leave no gap
        ("[MASK]", False, ["[", "MASK", "]"]),
        (" \n\u00a0", False, []),
    ],
)
def test_split_words(text: str, lowercase: bool, words: list[str]) -> None:
    assert split_words(text, lowercase) == words
