import random

import langcodes
import regex

from tfmling.text.histograms import length_bins, letters_by_script


def test_a_bin_begins_at_a_power_of_two():
    texts = ["", "a", "ab", "abc", "abcd", "x" * 7, "x" * 8, "x" * 1000]
    assert length_bins(texts) == {0: 1, 1: 1, 2: 2, 4: 2, 8: 1, 512: 1}


def test_letters_are_counted_in_their_scripts():
    texts = ["Habari 12, ሰላም።", "мир", "你好 カナ かな 한글", "हिन्दी", "\U00010400\U0001f600"]
    assert letters_by_script(texts) == {
        "Latn": 6,
        "Ethi": 3,
        "Cyrl": 3,
        "Hani": 2,
        "Kana": 2,
        "Hira": 2,
        "Hang": 2,
        "Deva": 3,  # ह न द; the vowel signs and the virama are marks
        "Zzzz": 1,  # Deseret: no language is written in it now
    }


def test_equal_to_one_pattern_a_script():
    rng = random.Random(1)
    text = "".join(map(chr, rng.sample(range(0x20, 0xD800), 5000)))
    found = letters_by_script([text[:1000], text[1000:]])
    for script in ("Latn", "Cyrl", "Arab", "Hani", "Hang", "Ethi", "Thai", "Copt"):
        expected = len(regex.findall(rf"(?V1)[\p{{L}}&&\p{{Script={script}}}]", text))
        assert found.get(script, 0) == expected, script
    assert all(name == "Zzzz" or langcodes.tag_is_valid(f"und-{name}") for name in found)


def test_many_texts_are_many_blocks():
    assert letters_by_script(["ab"] * 1000) == {"Latn": 2000}
    assert letters_by_script([]) == {}
