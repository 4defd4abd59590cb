"""The table of characters against rules that can be read in BERT's tokenization.py."""

import pytest

from tfmling.text.words import basic_words
from tfmling.tokenizers.character_table import build_character_table


@pytest.mark.parametrize(
    ("character", "cased", "uncased"),
    [
        ("A", "A", "a"),
        ("É", "É", "e"),
        ("ß", "ß", "ß"),
        ("İ", "İ", "i"),  # the dot is an accent
        ("\u0301", "\u0301", ""),
        ("我", " 我 ", " 我 "),
        (",", " , ", " , "),
        ("½", "½", "½"),
        ("…", " … ", " … "),
        ("\t", " ", " "),
        ("\u00a0", " ", " "),
        ("\u200d", "", ""),
        ("\0", "", ""),
        ("\ufffd", "", ""),
    ],
)
def test_characters(character: str, cased: str, uncased: str) -> None:
    assert build_character_table(False).get(character, character) == cased
    assert build_character_table(True).get(character, character) == uncased


@pytest.mark.parametrize("lowercase", [False, True])
def test_runs_give_the_same_table(lowercase: bool) -> None:
    table = build_character_table(lowercase)
    for code in range(0, 0x110000, 7):
        if not 0xD800 <= code < 0xE000:
            alone = " ".join(basic_words(f"a{chr(code)}a", lowercase))[1:-1]
            assert table.get(chr(code), chr(code)) == alone
