"""Texts decoded wrongly on purpose, and texts that only look strange."""

import pytest

from tfmling.corpora.lines import read_lines
from tfmling.text.normalize import fix_mojibake

SENTENCES = ["Él vivió en Bogotá – “solo”.", "Ọmọ náà ń jẹun.", "Это было давно.", "Größe: 5 €"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(text, "latin-1") for text in SENTENCES]
    + [(SENTENCES[0], "mac-roman"), ("naïve – 5 €", "cp1252")],
)
def test_utf8_read_as_something_else_is_mended(text, encoding):
    assert fix_mojibake(text.encode().decode(encoding, errors="replace")) == text


@pytest.mark.parametrize(
    "text",
    [*SENTENCES, "Ãlvaro", "habari", "ሰላም ነው።", "ÀÉÎÕÜ", "„Größe“ – à la carte", "Ŋdò ẹ́"],
)
def test_what_is_right_is_left_alone(text):
    assert fix_mojibake(text) == text


@pytest.mark.parametrize("language", ["fra", "deu", "kaz", "tur", "hin", "uig", "amh", "som"])
def test_no_clean_line_is_changed(language, shared_data):
    path = shared_data / "ntrex" / f"newstest2019-ref.{language}.txt.gz"
    texts = [line.text for line in read_lines(str(path), 1 << 20)]
    assert len(texts) == 1997
    assert [text for text in texts if fix_mojibake(text) != text] == []
