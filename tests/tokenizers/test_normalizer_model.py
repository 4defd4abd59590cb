"""The serialised table, read by the kernel that it is made for."""

import pytest
import tensorflow as tf
import tensorflow_text as tf_text

from tfmling.tokenizers.normalizer_model import build_normalizer_model


def replaced(table: dict[str, str], texts: list[str]) -> list[str]:
    normalizer = tf_text.FastBertNormalizer(model_buffer=tf.constant(build_normalizer_model(table)))
    return [text.decode() for text in normalizer.normalize(tf.constant(texts)).numpy()]


def test_characters_of_one_to_four_bytes() -> None:
    table = {"a": "A", "é": "e", "ก": " ก ", "😀": ":)", "b": "A", "\0": "0"}
    assert replaced(table, ["abc é", "ก😀กx", "😁ข", "a\0c", ""]) == [
        "AAc e",
        " ก :) ก x",
        "😁ข",
        "A0c",
        "",
    ]


def test_dropped_characters() -> None:
    assert replaced({"a": "", "ก": ""}, ["abกc", "aก"]) == ["bc", ""]


def test_each_of_many_characters_gets_its_own() -> None:
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    table = dict(zip(characters, reversed(characters), strict=True))
    assert replaced(table, characters) == characters[::-1]


def test_a_replacement_may_have_63_bytes() -> None:
    assert replaced({"a": "x" * 63}, ["ab"]) == ["x" * 63 + "b"]
    with pytest.raises(ValueError, match="'a': replacement of 64 bytes"):
        build_normalizer_model({"a": "x" * 64})
