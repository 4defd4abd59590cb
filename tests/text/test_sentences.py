import hypothesis
import pytest
from hypothesis import strategies

from tfmling.text.sentences import split_sentences


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("sw", "Habari ya leo? Nzuri sana.", ["Habari ya leo?", "Nzuri sana."]),
        ("en", "Dr. Juma came at 3.5 p.m. today. He left.", 2),
        ("am", "ሰላም ነህ። ደህና ነኝ።", ["ሰላም ነህ።", "ደህና ነኝ።"]),
        ("zh-Hans", "你好。我是老师。", ["你好。", "我是老师。"]),
        ("qaa", "Bina tura. Sola miru.", ["Bina tura.", "Sola miru."]),
    ],
)
def test_sentences_of_several_scripts(language, text, expected):
    found = split_sentences(text, language)
    assert (len(found) if isinstance(expected, int) else found) == expected


@hypothesis.given(strategies.text(), strategies.sampled_from(["sw", "am", "ug", "ta", "en", "qaa"]))
def test_no_character_but_white_space_is_lost(text, language):
    found = split_sentences(text, language)
    assert "".join("".join(found).split()) == "".join(text.split())
